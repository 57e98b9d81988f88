#include "cli/install/toml_entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "cli/install/toml_outline.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::ErrorCode;
using Path = std::vector<std::string>;

TomlOutline outlined(std::string_view text, std::string_view file) {
  return value_or_throw(outline_toml(text, file));
}

bool begins_with(const Path& path, const Path& head) {
  return path.size() >= head.size() && std::equal(head.begin(), head.end(), path.begin());
}

Path joined(Path head, const Path& tail) {
  head.insert(head.end(), tail.begin(), tail.end());
  return head;
}

/// Puts a value where its keys say; what is in the way is replaced.
void put(base::json::object& into, const Path& path, std::size_t depth, const base::json::value& value) {
  auto& slot = into[path[depth]];
  if (depth + 1 == path.size()) {
    slot = value;
    return;
  }
  if (!slot.is_object()) slot.emplace_object();
  put(slot.as_object(), path, depth + 1, value);
}

/// What a file says of one entry, and whether it says so in sections of the entry's own.
struct Reading {
  base::json::object value;
  std::vector<Span> sections;
  std::optional<std::size_t> elsewhere;  ///< a line outside of them that is about the entry or its container
  bool there = false;
};

Reading reading_of(const TomlOutline& outline, const EntryPlace& place) {
  Reading out;
  const Path entry{place.container, place.name};
  for (const auto& section : outline.sections) {
    const bool own = begins_with(section.path, entry);
    if (own) {
      out.there = true;
      out.sections.push_back(section.span);
      if (section.list) out.elsewhere = section.span.begin;
    }
    if (section.list && section.path == Path{place.container}) out.elsewhere = section.span.begin;
    for (const auto& line : section.assignments) {
      const Path whole = joined(section.path, line.path);
      if (begins_with(whole, entry) && whole.size() > entry.size()) {
        put(out.value, Path(whole.begin() + 2, whole.end()), 0, line.value);
      } else if (whole == entry) {
        if (const auto* table = line.value.if_object()) out.value = *table;
      } else if (whole == Path{place.container}) {
        out.elsewhere = line.span.begin;
        if (const auto* table = line.value.if_object(); table != nullptr && table->contains(place.name)) {
          out.there = true;
          if (const auto* inner = table->at(place.name).if_object()) out.value = *inner;
        }
      }
      if (begins_with(whole, entry) && !own) {
        out.there = true;
        out.elsewhere = line.span.begin;
      }
    }
  }
  return out;
}

[[noreturn]] void refuse(std::string_view text, std::string_view file, const EntryPlace& place,
                         std::size_t at) {
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{}: `{}` is written here in a way that this program does not edit",
                          spot_text(text, file, at), place.container),
              fmt::format("write it as [{}.{}], or put in by hand what `mcp-ssh print codex` shows",
                          place.container, place.name));
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Sections with nothing but blanks between them as one; what stands between others stays.
std::vector<Span> pieces_of(std::string_view text, const std::vector<Span>& sections) {
  std::vector<Span> out;
  for (const Span& section : sections) {
    if (!out.empty() && blank(text.substr(out.back().end, section.begin - out.back().end)))
      out.back().end = section.end;
    else
      out.push_back(section);
  }
  return out;
}

/// Where the last piece begins: the blank line that stood before it goes too, unless it would join what is
/// around.
std::size_t begin_of_last(std::string_view text, const Span& piece) {
  if (!blank(text.substr(piece.end)) || piece.begin == 0) return piece.begin;
  const std::size_t above = text.substr(0, piece.begin - 1).rfind('\n');
  const std::size_t line = above == std::string_view::npos ? behind_mark(text) : above + 1;
  const bool blank_line = line > behind_mark(text) && blank(text.substr(line, piece.begin - line));
  return blank_line ? line : piece.begin;
}

/// What JSON escapes, TOML escapes the same way; only DEL is one more.
std::string quoted(const base::json::value& value) {
  std::string out;
  for (const char c : base::json::serialize(value)) {
    if (c == '\x7f')
      out += "\\u007f";
    else
      out += c;
  }
  return out;
}

std::string bare_or_quoted(std::string_view key) {
  const bool bare = !key.empty() && std::ranges::all_of(key, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  });
  return bare ? std::string(key) : quoted(base::json::string(key));
}

std::string written_value(const base::json::value& value) {
  if (const auto* list = value.if_array()) {
    std::string out = "[";
    for (const auto& item : *list) out += (out.size() > 1 ? ", " : "") + written_value(item);
    return out + "]";
  }
  const auto* table = value.if_object();
  if (table == nullptr) return quoted(value);
  std::string out = "{";
  for (const auto& [key, item] : *table)
    out += (out.size() > 1 ? ", " : " ") + bare_or_quoted(key) + " = " + written_value(item);
  return out + " }";
}

/// Everything that is not the entry, for comparing.
base::json::array others(const TomlOutline& outline, std::string_view text, const EntryPlace& place) {
  base::json::array out;
  std::vector<Span> comments = outline.comments;
  for (const auto& section : outline.sections) {
    if (begins_with(section.path, {place.container, place.name})) {
      const auto from = std::ranges::lower_bound(comments, section.span.begin, {}, &Span::begin);
      comments.erase(from, std::ranges::lower_bound(comments, section.span.end, {}, &Span::begin));
      continue;
    }
    base::json::array lines;
    for (const auto& line : section.assignments)
      lines.push_back(base::json::object{{"key", base::json::value_from(line.path)}, {"value", line.value}});
    out.push_back(
        base::json::object{{"path", base::json::value_from(section.path)}, {"lines", std::move(lines)}});
  }
  for (const Span& comment : comments)
    out.emplace_back(text.substr(comment.begin, comment.end - comment.begin));
  return out;
}

void verify(std::string_view before, std::string_view after, std::string_view file, const EntryPlace& place) {
  if (others(outlined(before, file), before, place) != others(outlined(after, file), after, place))
    throw Error(ErrorCode::internal, fmt::format("{} is written in a way this program cannot edit", file),
                "nothing was written; put in by hand what `mcp-ssh print` shows");
}

}  // namespace

std::optional<FoundEntry> find_toml_entry(std::string_view text, std::string_view file,
                                          const EntryPlace& place) {
  const auto outline = outlined(text, file);
  Reading reading = reading_of(outline, place);
  if (!reading.there) return std::nullopt;
  FoundEntry found;
  found.value = std::move(reading.value);
  found.movable = !reading.elsewhere;
  found.spans = std::move(reading.sections);
  if (found.spans.empty()) found.spans = {{*reading.elsewhere, *reading.elsewhere}};
  return found;
}

std::string with_toml_entry(std::string_view text, std::string_view file, const EntryPlace& place,
                            const base::json::object& entry) {
  const auto found = find_toml_entry(text, file, place);
  const std::string base(found ? without_toml_entry(text, file, place) : std::string(text));
  if (const auto reading = reading_of(outlined(base, file), place); reading.elsewhere)
    refuse(base, file, place, *reading.elsewhere);
  const std::string line_break(line_break_of(text) == "\r\n" ? "\r\n" : "\n");  // TOML has no others
  std::string after = base;
  if (base.size() > behind_mark(base)) {
    if (!base.ends_with('\n')) after += line_break;
    after += line_break;
  }
  after += written_toml_entry(place, entry, line_break);
  verify(text, after, file, place);
  return after;
}

std::string without_toml_entry(std::string_view text, std::string_view file, const EntryPlace& place) {
  const auto found = find_toml_entry(text, file, place);
  if (!found) throw Error(ErrorCode::not_found, fmt::format("{} has no entry `{}`", file, place.name));
  if (!found->movable) refuse(text, file, place, found->spans.front().begin);
  auto pieces = pieces_of(text, found->spans);
  pieces.back().begin = begin_of_last(text, pieces.back());
  std::string after;
  std::size_t at = 0;
  for (const Span& piece : pieces) {
    after += text.substr(at, piece.begin - at);
    at = piece.end;
  }
  after += text.substr(at);
  verify(text, after, file, place);
  return after;
}

std::string written_toml_entry(const EntryPlace& place, const base::json::object& entry,
                               std::string_view line_break) {
  std::string out =
      fmt::format("[{}.{}]{}", bare_or_quoted(place.container), bare_or_quoted(place.name), line_break);
  for (const auto& [key, value] : entry)
    out += fmt::format("{} = {}{}", bare_or_quoted(key), written_value(value), line_break);
  return out;
}

}  // namespace mcpssh::cli
