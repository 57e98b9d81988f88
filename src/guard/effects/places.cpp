#include "guard/effects/places.hpp"

#include <algorithm>

#include "guard/shell/path.hpp"

namespace mcpssh::guard {
namespace {

using Ink = Field::Ink;

bool is_slash(const Field& field, std::size_t at) {
  return at < field.size() && field.text()[at] == '/' && !field.unknown_at(at);
}

/// "../../etc" as "/etc": enough of these lead there.
Field from_root(const Field& path) {
  const std::string_view text = path.text();
  std::size_t at = 0;
  while (text.substr(at, 3) == "../") at += 3;
  if (text.substr(at) == "..") at += 2;
  Field out("/");
  out.append(path.substr(at));
  return out;
}

/// "/root/x", "/home/name/x" and "/Users/name/x" as "~/x"; everything relative too.
Field from_home(const Field& path) {
  const std::string_view text = path.text();
  if (path.empty() || path.ink(0) == Ink::home || path.unknown_at(0)) return path;
  if (text == "/root" || text.starts_with("/root/")) {
    Field out = home_path("");
    out.append(path.substr(5));
    return out;
  }
  for (const std::string_view homes : {"/home/", "/Users/"}) {
    if (!text.starts_with(homes)) continue;
    std::size_t end = homes.size();
    while (end < path.size() && !is_slash(path, end)) ++end;
    if (end == homes.size() || path.substr(homes.size(), end - homes.size()).opaque()) return path;
    Field out = home_path("");
    out.append(path.substr(end));
    return out;
  }
  if (text == ".." || text.starts_with("../")) return from_root(path);
  if (text[0] == '/' || text.starts_with("..")) return path;
  Field out = home_path("/");
  out.append(text.starts_with("./") ? path.substr(2) : path);
  return out;
}

/// The text of a place of the form "**/x/y" stands in `text`, as whole names.
bool holds(std::string_view text, std::string_view names) {
  const bool below = names.ends_with('/');
  const bool begins = names.ends_with('*');
  const std::string_view wanted = names.substr(0, names.size() - (below || begins ? 1 : 0));
  for (auto at = text.find(wanted); at != std::string_view::npos; at = text.find(wanted, at + 1)) {
    const auto end = at + wanted.size();
    if (begins || end == text.size() || (below && text[end] == '/')) return true;
  }
  return false;
}

}  // namespace

Spot::Spot(const Field& word, const Field& directory)
    : field(from_home(absolute(word, directory))), text(field.text()), known(field.known_prefix()) {}

bool may_lie_at(const Spot& spot, Place place) {
  if (place.starts_with("**"))
    return holds(spot.text, place.substr(2)) || (!spot.field.literal() && may_lie_at(spot, place.substr(2)));
  const bool below = place.ends_with('/') && place.size() > 1;
  const bool begins = place.ends_with('*');
  const std::string_view wanted = place.substr(0, place.size() - (below || begins ? 1 : 0));
  const auto common = std::min(spot.known.size(), wanted.size());
  if (spot.known.substr(0, common) != wanted.substr(0, common)) return false;
  if (spot.known.size() >= wanted.size()) {
    const std::string_view rest = spot.text.substr(wanted.size());
    return begins || (below && rest.starts_with('/')) || rest.empty() ||
           (spot.known.size() == wanted.size() && !spot.field.literal() && spot.field.may_be(wanted));
  }
  if (spot.field.literal()) return false;
  return spot.field.may_be(wanted) || ((below || begins) && spot.field.may_begin_with(wanted, below));
}

bool may_lie_at_any(const Spot& spot, std::span<const Place> places) {
  return std::ranges::any_of(places, [&](Place place) { return may_lie_at(spot, place); });
}

}  // namespace mcpssh::guard
