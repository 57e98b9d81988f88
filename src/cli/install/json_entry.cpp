#include "cli/install/json_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "cli/install/json_write.hpp"
#include "hosts/edit/splices.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using hosts::Splice;

constexpr std::string_view white = " \t\r\n";
/// JSON knows no lines; comments end with either.
constexpr std::string_view line_ends = "\r\n";

JsonOutline outlined(std::string_view text, std::string_view file, const EntryPlace& place) {
  return value_or_throw(outline_json(text, file, place.container));
}

/// Which of the members has this name; nothing when none has. Throws when several have.
std::optional<std::size_t> index_of(const JsonObject& object, std::string_view key, std::string_view text,
                                    std::string_view file) {
  const auto first = std::ranges::find(object.members, key, &JsonMember::key);
  if (first == object.members.end()) return std::nullopt;
  const auto second =
      std::find_if(first + 1, object.members.end(), [&](const auto& one) { return one.key == key; });
  if (second == object.members.end()) return static_cast<std::size_t>(first - object.members.begin());
  throw Error(ErrorCode::invalid_config,
              fmt::format("{}: `{}` stands here for the second time",
                          spot_text(text, file, second->key_begin), base::printable(key)),
              "nothing was written; take one of the two out");
}

/// The container, when it is there. Throws when something else stands in its place.
const JsonObject* container_of(const JsonOutline& outline, std::string_view text, std::string_view file,
                               const EntryPlace& place) {
  if (!outline.root) return nullptr;
  const auto index = index_of(*outline.root, place.container, text, file);
  if (!index) return nullptr;
  const JsonMember& member = outline.root->members[*index];
  if (text[member.value.begin] == '{') return &*outline.container;
  throw Error(
      ErrorCode::invalid_config,
      fmt::format("{}: `{}` is no object", spot_text(text, file, member.value.begin), place.container),
      "nothing was written; mend the file, the client cannot use it either");
}

/// Where lines begin and how they are indented.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t begin(std::size_t at) const {
    const auto before = at == 0 ? std::string_view::npos : text_.find_last_of(line_ends, at - 1);
    return before == std::string_view::npos ? behind_mark(text_) : before + 1;
  }
  [[nodiscard]] std::string indentation(std::size_t at) const {
    const std::size_t from = begin(at);
    const std::size_t to = std::min(text_.find_first_not_of(" \t", from), text_.size());
    return std::string(text_.substr(from, to - from));
  }
  [[nodiscard]] bool first(std::size_t at) const { return begin(at) + indentation(at).size() == at; }
  [[nodiscard]] bool several() const { return text_.find_first_of(line_ends) != std::string_view::npos; }

 private:
  std::string_view text_;
};

/// One level of the file's own indentation.
std::string unit_of(const JsonOutline& outline, const Lines& lines) {
  for (const auto* object :
       {outline.root ? &*outline.root : nullptr, outline.container ? &*outline.container : nullptr}) {
    if (object == nullptr || object->members.empty()) continue;
    const std::size_t key = object->members.front().key_begin;
    const std::string outer = lines.indentation(object->braces.begin), inner = lines.indentation(key);
    if (lines.first(key) && inner.size() > outer.size() && inner.starts_with(outer))
      return inner.substr(outer.size());
  }
  return "  ";
}

/// Behind the comments that stand on the same line as `at`, which is behind a value or its comma.
std::size_t behind_comments(std::string_view text, std::size_t at) {
  for (std::size_t look = at;;) {
    look = std::min(text.find_first_not_of(" \t", look), text.size());
    if (text.substr(look, 2) == "//") return std::min(text.find_first_of(line_ends, look), text.size());
    if (text.substr(look, 2) != "/*") return at;
    const std::size_t end = text.find("*/", look + 2) + 2;
    if (text.substr(look, end - look).find_first_of(line_ends) != std::string_view::npos) return at;
    at = look = end;
  }
}

class Inserter {
 public:
  Inserter(std::string_view text, const JsonOutline& outline) : text_(text), outline_(outline), lines_(text) {
    layout_.line_break = line_break_of(text);
    layout_.unit = unit_of(outline, lines_);
  }

  /// A new last member of `object`.
  std::vector<Splice> insert(const JsonObject& object, const std::string& key,
                             const base::json::value& value) {
    if (object.members.empty()) return into_empty(object, key, value);
    const JsonMember& last = object.members.back();
    const std::size_t behind = last.comma ? *last.comma + 1 : last.value.end;
    std::vector<Splice> splices;
    if (!last.comma) splices.push_back({behind, behind, ","});
    const std::string end = last.comma ? "," : "";
    if (lines_.first(last.key_begin)) {
      const std::string indent = lines_.indentation(last.key_begin);
      const std::size_t at = behind_comments(text_, behind);
      splices.push_back({at, at, layout_.line_break + indent + written(key, value, indent) + end});
    } else {
      flatten(last);
      splices.push_back({behind, behind, layout_.comma.substr(1) + written(key, value, "") + end});
    }
    return splices;
  }

  /// Another value of a member.
  std::vector<Splice> replace(const JsonMember& member, const base::json::value& value) {
    if (!lines_.first(member.key_begin)) flatten(member);
    return {{member.value.begin, member.value.end,
             written_json(value, layout_, lines_.indentation(member.key_begin))}};
  }

  /// The whole document, behind what comments there are.
  std::vector<Splice> document(const std::string& key, const base::json::value& value) {
    const bool open =
        text_.size() > behind_mark(text_) && line_ends.find(text_.back()) == std::string_view::npos;
    return {{text_.size(), text_.size(),
             (open ? layout_.line_break : "") + written_json(base::json::object{{key, value}}, layout_, "") +
                 layout_.line_break}};
  }

 private:
  std::string written(const std::string& key, const base::json::value& value,
                      const std::string& indent) const {
    return base::json::serialize(base::json::string(key)) + layout_.colon +
           written_json(value, layout_, indent);
  }

  /// From now on as this member's line is written.
  void flatten(const JsonMember& like) {
    layout_.one_line = true;
    if (white.find(text_[like.value.begin - 1]) == std::string_view::npos)
      layout_.colon = ":", layout_.comma = ",";
  }

  std::vector<Splice> into_empty(const JsonObject& object, const std::string& key,
                                 const base::json::value& value) {
    const Span inner{object.braces.begin + 1, object.braces.end - 1};
    const std::string_view blanks = text_.substr(inner.begin, inner.end - inner.begin);
    std::size_t at = blanks.find_last_not_of(white);
    at = at == std::string_view::npos ? inner.begin : inner.begin + at + 1;
    // The blanks at the end of a comment are part of it.
    for (const Span& comment : outline_.comments)
      if (comment.begin >= inner.begin && comment.end <= inner.end) at = std::max(at, comment.end);
    if (!lines_.several()) {
      layout_.one_line = true;
      return {{at, at, written(key, value, "")}};
    }
    const std::string outer = lines_.indentation(object.braces.begin), indent = outer + layout_.unit;
    std::string member = layout_.line_break + indent + written(key, value, indent);
    const bool closed_below =
        text_.substr(at, inner.end - at).find_first_of(line_ends) != std::string_view::npos;
    return {{at, at, closed_below ? member : member + layout_.line_break + outer}};
  }

  std::string_view text_;
  const JsonOutline& outline_;
  Lines lines_;
  JsonLayout layout_;
};

std::vector<Splice> removal(std::string_view text, const JsonObject& object, std::size_t index) {
  const JsonMember& member = object.members[index];
  const bool only = object.members.size() == 1;
  std::size_t begin = text.find_last_not_of(white, member.key_begin - 1) + 1;
  std::size_t end = member.comma ? *member.comma + 1 : member.value.end;
  const bool open_line = text[end] != '\n' && text[end] != '\r';
  // A comment before it that runs to the end of its line must not swallow what comes next.
  if (open_line && begin < member.key_begin &&
      text.substr(0, begin).substr(Lines(text).begin(begin)).find("//") != std::string_view::npos)
    begin = member.key_begin;
  if (only && begin == object.braces.begin + 1 && text.find_first_not_of(white, end) == object.braces.end - 1)
    end = object.braces.end - 1;
  std::vector<Splice> splices{{begin, end, ""}};
  if (!member.comma && index > 0) {
    const std::size_t comma = *object.members[index - 1].comma;
    splices.push_back({comma, comma + 1, ""});
  }
  return splices;
}

using Facts = std::vector<std::pair<std::string, std::string>>;

/// Names and bytes of the members, without those of `except`.
Facts facts_of(const JsonObject* object, std::string_view text, std::string_view except) {
  Facts facts;
  if (object == nullptr) return facts;
  for (const auto& member : object->members)
    if (member.key != except)
      facts.emplace_back(member.key, text.substr(member.value.begin, member.value.end - member.value.begin));
  return facts;
}

/// From the name to the comma.
Span whole_of(const JsonMember& member) {
  return {member.key_begin, member.comma ? *member.comma + 1 : member.value.end};
}

bool within(const Span& inner, const Span& outer) {
  return inner.begin >= outer.begin && inner.end <= outer.end;
}

/// The comments that are not the entry's.
std::vector<std::string> comments_of(const JsonOutline& outline, std::string_view text,
                                     const EntryPlace& place) {
  std::optional<Span> own;
  if (outline.container)
    for (const auto& member : outline.container->members)
      if (member.key == place.name) own = whole_of(member);
  std::vector<std::string> out;
  for (const Span& comment : outline.comments)
    if (!own || !within(comment, *own))
      out.emplace_back(text.substr(comment.begin, comment.end - comment.begin));
  return out;
}

/// True when a comment stands in `around`, but not in `inner`.
bool comments_between(const JsonOutline& outline, const Span& around, const Span& inner) {
  return std::ranges::any_of(outline.comments, [&](const Span& comment) {
    return within(comment, around) && !within(comment, inner);
  });
}

/// Holds the result to what it was made from.
void verify(std::string_view before, std::string_view after, std::string_view file, const EntryPlace& place) {
  const auto old_outline = outlined(before, file, place), new_outline = outlined(after, file, place);
  const auto root = [](const JsonOutline& outline) { return outline.root ? &*outline.root : nullptr; };
  const bool same = facts_of(root(old_outline), before, place.container) ==
                        facts_of(root(new_outline), after, place.container) &&
                    facts_of(container_of(old_outline, before, file, place), before, place.name) ==
                        facts_of(container_of(new_outline, after, file, place), after, place.name) &&
                    comments_of(old_outline, before, place) == comments_of(new_outline, after, place);
  if (!same)
    throw Error(ErrorCode::internal, fmt::format("{} is written in a way this program cannot edit", file),
                "nothing was written; put in by hand what `mcp-ssh print` shows");
}

}  // namespace

std::optional<FoundEntry> find_json_entry(std::string_view text, std::string_view file,
                                          const EntryPlace& place) {
  const auto outline = outlined(text, file, place);
  const JsonObject* container = container_of(outline, text, file, place);
  const auto index = container == nullptr ? std::nullopt : index_of(*container, place.name, text, file);
  if (!index) return std::nullopt;
  FoundEntry found;
  const Span span = container->members[*index].value;
  found.spans = {span};
  base::json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  options.max_depth = 256;
  boost::system::error_code failure;
  found.value = base::json::parse(text.substr(span.begin, span.end - span.begin), failure, {}, options);
  if (failure) found.movable = false;
  return found;
}

std::string with_json_entry(std::string_view text, std::string_view file, const EntryPlace& place,
                            const base::json::object& entry) {
  const auto outline = outlined(text, file, place);
  const JsonObject* container = container_of(outline, text, file, place);
  Inserter inserter(text, outline);
  std::vector<Splice> splices;
  if (!outline.root) {
    splices = inserter.document(place.container, base::json::object{{place.name, entry}});
  } else if (container == nullptr) {
    splices = inserter.insert(*outline.root, place.container, base::json::object{{place.name, entry}});
  } else if (const auto index = index_of(*container, place.name, text, file)) {
    splices = inserter.replace(container->members[*index], entry);
  } else {
    splices = inserter.insert(*container, place.name, entry);
  }
  std::string after = hosts::spliced(text, splices);
  verify(text, after, file, place);
  const auto found = find_json_entry(after, file, place);
  if (!found || found->value != base::json::value(entry))
    throw Error(ErrorCode::internal, fmt::format("the entry cannot be written into {}", file),
                "nothing was written; put in by hand what `mcp-ssh print` shows");
  return after;
}

std::string without_json_entry(std::string_view text, std::string_view file, const EntryPlace& place,
                               bool container_too) {
  const auto outline = outlined(text, file, place);
  const JsonObject* container = container_of(outline, text, file, place);
  const auto index = container == nullptr ? std::nullopt : index_of(*container, place.name, text, file);
  if (!index) throw Error(ErrorCode::not_found, fmt::format("{} has no entry `{}`", file, place.name));
  const std::size_t outer = *index_of(*outline.root, place.container, text, file);
  const bool whole = container_too && container->members.size() == 1 &&
                     !comments_between(outline, whole_of(outline.root->members[outer]),
                                       whole_of(container->members[*index]));
  std::string after =
      hosts::spliced(text, whole ? removal(text, *outline.root, outer) : removal(text, *container, *index));
  verify(text, after, file, place);
  return after;
}

}  // namespace mcpssh::cli
