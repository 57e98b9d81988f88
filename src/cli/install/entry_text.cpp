#include "cli/install/entry_text.hpp"

#include <algorithm>

#include "cli/install/json_entry.hpp"
#include "cli/install/json_write.hpp"
#include "cli/install/toml_entry.hpp"
#include "cli/install/toml_outline.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;

/// What `work` returns, or the base::Error it throws.
template <typename Work>
auto tried(const Work& work) -> std::expected<decltype(work()), Error> {
  try {
    return work();
  } catch (const Error& error) {
    return std::unexpected(error);
  }
}

struct Said {
  std::vector<Span> all, comments;
};

Said said_in(std::string_view text, std::string_view file, const EntryPlace& place) {
  if (place.format == FileFormat::toml) {
    auto outline = value_or_throw(outline_toml(text, file));
    return {std::move(outline.said), std::move(outline.comments)};
  }
  auto outline = value_or_throw(outline_json(text, file, place.container));
  return {std::move(outline.said), std::move(outline.comments)};
}

std::optional<FoundEntry> found_in(std::string_view text, std::string_view file, const EntryPlace& place) {
  return place.format == FileFormat::toml ? find_toml_entry(text, file, place)
                                          : find_json_entry(text, file, place);
}

/// Every line of `text` becomes one `…`.
std::string covered(std::string_view text) {
  std::string out;
  bool hidden = false;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += c;
      hidden = false;
    } else if (!hidden) {
      out += "…";
      hidden = true;
    }
  }
  return out;
}

std::string masked_text(std::string_view text, std::string_view file, const EntryPlace& place,
                        bool entry_shown) {
  const auto entry = entry_shown ? found_in(text, file, place) : std::nullopt;
  std::string out;
  std::size_t at = 0;
  const Said said = said_in(text, file, place);
  for (const Span& span : said.all) {
    const bool comment = std::ranges::binary_search(said.comments, span.begin, {}, &Span::begin);
    const bool shown = !comment && entry && std::ranges::any_of(entry->spans, [&](const Span& own) {
      return span.begin >= own.begin && span.end <= own.end;
    });
    out += text.substr(at, span.begin - at);
    out += shown ? std::string(text.substr(span.begin, span.end - span.begin))
                 : covered(text.substr(span.begin, span.end - span.begin));
    at = span.end;
  }
  return out += text.substr(at);
}

}  // namespace

std::expected<std::optional<FoundEntry>, Error> find_entry(std::string_view text, std::string_view file,
                                                           const EntryPlace& place) {
  return tried([&] { return found_in(text, file, place); });
}

std::expected<std::string, Error> with_entry(std::string_view text, std::string_view file,
                                             const EntryPlace& place, const base::json::object& entry) {
  return tried([&] {
    return place.format == FileFormat::toml ? with_toml_entry(text, file, place, entry)
                                            : with_json_entry(text, file, place, entry);
  });
}

std::expected<std::string, Error> without_entry(std::string_view text, std::string_view file,
                                                const EntryPlace& place, bool container_too) {
  return tried([&] {
    return place.format == FileFormat::toml ? without_toml_entry(text, file, place)
                                            : without_json_entry(text, file, place, container_too);
  });
}

std::expected<std::string, Error> masked(std::string_view text, std::string_view file,
                                         const EntryPlace& place, bool entry_shown) {
  return tried([&] { return masked_text(text, file, place, entry_shown); });
}

std::expected<bool, Error> says_nothing(std::string_view text, std::string_view file,
                                        const EntryPlace& place) {
  return tried([&] {
    const bool blank = text.substr(behind_mark(text)).find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (place.format == FileFormat::toml) return blank;
    const auto outline = value_or_throw(outline_json(text, file, place.container));
    return outline.said.empty() && (!outline.root || outline.root->members.empty());
  });
}

std::string entry_document(const EntryPlace& place, const base::json::object& entry,
                           const base::json::object& beside) {
  if (place.format == FileFormat::toml) return written_toml_entry(place, entry, "\n");
  base::json::object document{{place.container, base::json::object{{place.name, entry}}}};
  for (const auto& [key, value] : beside) document[key] = value;
  return written_json(document, JsonLayout(), "") + "\n";
}

}  // namespace mcpssh::cli
