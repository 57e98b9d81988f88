#include "hosts/selector.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/faults.hpp"
#include "base/text.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

constexpr std::size_t most_terms = 1000;
constexpr std::size_t term_bytes = 64;  // as long as a name may be
constexpr std::size_t names_listed = 10;

bool is_glob(std::string_view pattern) {
  return pattern.find_first_of("*?") != std::string_view::npos;
}

/// `*` is any run of characters, `?` is one. Remembers only the last star: at most |text| * |pattern| steps.
bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, after_star = std::string_view::npos, retry = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      retry = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (after_star != std::string_view::npos) {
      p = after_star;
      t = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool is_term_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("._-*?").find(c) != std::string_view::npos;
}

std::string known_names(const Snapshot& snapshot) {
  if (snapshot.hosts.empty()) {
    if (snapshot.path.empty()) return "no hosts are configured";
    return fmt::format("no hosts are configured; add them to {}", snapshot.path.string());
  }
  auto names = snapshot.names();
  const std::size_t count = names.size();
  if (count <= names_listed) return fmt::format("the hosts are {}", fmt::join(names, ", "));
  names.resize(names_listed);
  return fmt::format("{} hosts are configured, among them {}", count, fmt::join(names, ", "));
}

std::vector<std::string> known_groups(const Snapshot& snapshot) {
  std::vector<std::string> groups;
  for (const Host& host : snapshot.hosts) groups.insert(groups.end(), host.groups.begin(), host.groups.end());
  std::ranges::sort(groups);
  groups.erase(std::ranges::unique(groups).begin(), groups.end());
  return groups;
}

Error unknown_host(const Snapshot& snapshot, std::string_view name) {
  const std::string what = fmt::format("no host is called `{}`", base::printable(name, 80));
  if (const auto near = base::nearest(name, snapshot.names()))
    return Error(Fault::unknown_host, fmt::format("{}; did you mean {}?", what, *near));
  return Error(Fault::unknown_host, fmt::format("{}; {}", what, known_names(snapshot)));
}

Error unknown_group(const Snapshot& snapshot, std::string_view group) {
  const std::string what = fmt::format("no host is in a group called `{}`", base::printable(group, 80));
  const auto groups = known_groups(snapshot);
  if (const auto near = base::nearest(group, groups))
    return Error(Fault::unknown_host, fmt::format("{}; did you mean @{}?", what, *near));
  if (groups.empty()) return Error(Fault::unknown_host, what + "; no groups are configured");
  return Error(Fault::unknown_host,
               fmt::format("{}; the groups are @{}", what,
                           fmt::join(groups.begin(),
                                     groups.begin() +
                                         static_cast<std::ptrdiff_t>(std::min(names_listed, groups.size())),
                                     ", @")));
}

}  // namespace

bool Selector::Term::covers(const Host& host) const {
  if (!group) return glob_matches(pattern, host.name);
  return std::ranges::any_of(host.groups,
                             [&](const std::string& name) { return glob_matches(pattern, name); });
}

std::string Selector::Term::str() const {
  return std::string(exclude ? "!" : "") + (group ? "@" : "") + pattern;
}

std::expected<Selector::Term, Error> Selector::parse_term(std::string_view text) {
  Term term;
  std::string_view rest = base::trim(text);
  if (rest.starts_with('!')) {
    term.exclude = true;
    rest.remove_prefix(1);
  }
  if (rest.starts_with('@')) {
    term.group = true;
    rest.remove_prefix(1);
  }
  if (rest.empty() || rest.size() > term_bytes || !std::ranges::all_of(rest, is_term_character))
    return std::unexpected(
        Error(Fault::unknown_host, fmt::format("`{}` does not name a host", base::printable(text, 80)),
              "write a name, a pattern such as web-*, a group such as @prod, or a list of them with commas"));
  term.pattern = !term.group && rest == "all" ? "*" : std::string(rest);
  return term;
}

std::expected<Selector, Error> Selector::parse(std::string_view text) {
  Selector selector;
  for (const std::string_view part : base::split(text, ',')) {
    if (selector.terms_.size() >= most_terms)
      return std::unexpected(Error(ErrorCode::invalid_argument,
                                   fmt::format("more than {} names in one list of hosts", most_terms),
                                   "use a group or a pattern"));
    auto term = parse_term(part);
    if (!term) return std::unexpected(term.error());
    selector.terms_.push_back(std::move(*term));
  }
  return selector;
}

bool Selector::matches(const Host& host) const {
  bool named = false;
  bool any_included = false;
  for (const Term& term : terms_) {
    if (!term.exclude) any_included = true;
    if (!term.covers(host)) continue;
    if (term.exclude) return false;
    named = true;
  }
  return named || (!any_included && !terms_.empty());
}

std::vector<const Host*> Selector::select(const Snapshot& snapshot) const {
  std::vector<const Host*> chosen;
  for (const Host& host : snapshot.hosts)
    if (matches(host)) chosen.push_back(&host);
  return chosen;
}

std::expected<const Host*, Error> require_host(const Snapshot& snapshot, std::string_view name) {
  if (const Host* host = snapshot.find(name)) return host;
  return std::unexpected(unknown_host(snapshot, name));
}

std::expected<std::vector<const Host*>, Error> require_hosts(const Snapshot& snapshot,
                                                             std::string_view text) {
  const auto selector = Selector::parse(text);
  if (!selector) return std::unexpected(selector.error());
  for (const auto& term : selector->terms_) {
    if (std::ranges::any_of(snapshot.hosts, [&](const Host& host) { return term.covers(host); })) continue;
    if (term.group) return std::unexpected(unknown_group(snapshot, term.pattern));
    if (!is_glob(term.pattern)) return std::unexpected(unknown_host(snapshot, term.pattern));
    return std::unexpected(Error(Fault::unknown_host,
                                 fmt::format("`{}` matches no host; {}", term.str(), known_names(snapshot))));
  }
  auto chosen = selector->select(snapshot);
  if (chosen.empty())
    return std::unexpected(Error(Fault::unknown_host,
                                 fmt::format("`{}` leaves no host", base::printable(text, 80)),
                                 "take away less with `!`"));
  return chosen;
}

}  // namespace mcpssh::hosts
