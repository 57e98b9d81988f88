// Which lines of an ssh_config count for an alias, and what they say.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <set>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "hosts/ssh_config.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::Fault;

constexpr std::size_t most_files = 100;  // OpenSSH's SSH_MAX_IDENTITY_FILES

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

/// "%h" and "%%" in HostName; nothing for any other token.
std::optional<std::string> expand_host(std::string_view text, std::string_view alias) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
    } else if (++i < text.size() && text[i] == 'h') {
      out += alias;
    } else if (i < text.size() && text[i] == '%') {
      out += '%';
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// A list "a,b,!c" as Match takes it; upper and lower case are one, unlike in a Host line.
bool in_pattern_list(std::string_view text, std::string_view list) {
  bool found = false;
  for (const auto item : base::split(list, ',')) {
    const std::string_view pattern = item.starts_with('!') ? item.substr(1) : item;
    if (!matches_pattern(lower(text), lower(pattern))) continue;
    if (item.starts_with('!')) return false;
    found = true;
  }
  return found;
}

/// A word of a Match line: parted by blanks or one `=`, in double quotes or not. Nothing at the end.
std::optional<std::string> next_criterion(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  if (rest.empty() || rest.front() == '#') return std::nullopt;
  std::string word;
  if (rest.front() == '"') {
    const auto close = std::min(rest.find('"', 1), rest.size());
    word = rest.substr(1, close - 1);
    rest.remove_prefix(std::min(close + 1, rest.size()));
  } else {
    const auto end = std::min(rest.find_first_of(" \t=\""), rest.size());
    word = rest.substr(0, end);
    rest.remove_prefix(end);
  }
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  if (rest.starts_with('=')) rest.remove_prefix(1);
  return word;
}

/// What a Match line asks.
struct Criterion {
  std::string name;  ///< lower case: "host", "originalhost", "all"
  std::string argument;
  bool negated = false;
};

/// Nothing when the line asks what is not answered here (exec, user, final, ...).
std::optional<std::vector<Criterion>> criteria_of(const SshConfigLine& line) {
  std::vector<Criterion> criteria;
  std::string_view rest = line.rest;
  while (auto word = next_criterion(rest)) {
    Criterion criterion;
    criterion.negated = word->starts_with('!');
    criterion.name = criterion.negated ? word->substr(1) : *word;
    for (const std::string_view known : {"all", "host", "originalhost"})
      if (same_word(criterion.name, known)) criterion.name = known;
    if (criterion.name == "host" || criterion.name == "originalhost") {
      auto argument = next_criterion(rest);
      if (!argument) return std::nullopt;
      criterion.argument = *std::move(argument);
    } else if (criterion.name != "all") {
      return std::nullopt;
    }
    criteria.push_back(std::move(criterion));
  }
  const bool has_all = std::ranges::count(criteria, "all", &Criterion::name) > 0;
  if (criteria.empty() || (has_all && criteria.size() > 1)) return std::nullopt;
  return criteria;
}

/// One reading of the configuration for one alias.
class Reading {
 public:
  explicit Reading(const std::string& alias) : alias_(alias) {}

  void read(const SshConfigFile& file, bool never) {
    for (const SshConfigLine& line : file.lines) {
      if (line.keyword == "host") {
        active_ = !never && host_line_matches(line);
      } else if (line.keyword == "match") {
        active_ = !never && match_line_matches(line);
      } else if (line.keyword == "include") {
        const bool outside = active_;
        for (const auto& included : line.included) {
          read(included, never || !outside);
          active_ = outside;
        }
      } else if (active_) {
        take(line);
      }
    }
  }

  SshConfigAnswer finish() {
    answer_.hostname = hostname_ ? current_hostname() : lower(alias_);
    if (jump_ && !same_word(*jump_, "none")) answer_.proxy_jump = *jump_;
    answer_.proxy_command = command_.value_or(false);
    answer_.identities_only = identities_only_.value_or(false);
    return answer_;
  }

 private:
  [[nodiscard]] std::string current_hostname() const {
    if (!hostname_) return alias_;
    return expand_host(*hostname_, alias_).value_or(*hostname_);
  }

  [[nodiscard]] bool host_line_matches(const SshConfigLine& line) const {
    bool found = false;
    for (const std::string& word : line.arguments) {
      const bool negated = word.starts_with('!');
      if (!matches_pattern(alias_, negated ? std::string_view(word).substr(1) : word)) continue;
      if (negated) return false;
      found = true;
    }
    return found;
  }

  [[nodiscard]] bool match_line_matches(const SshConfigLine& line) const {
    const auto criteria = criteria_of(line);
    if (!criteria) return false;
    return std::ranges::all_of(*criteria, [&](const Criterion& criterion) {
      if (criterion.name == "all") return !criterion.negated;
      const std::string subject = criterion.name == "host" ? current_hostname() : alias_;
      return in_pattern_list(subject, criterion.argument) != criterion.negated;
    });
  }

  void take(const SshConfigLine& line) {
    const std::string first = line.arguments.empty() ? std::string() : line.arguments.front();
    if (line.keyword == "hostname") {
      if (!hostname_) hostname_ = first;
    } else if (line.keyword == "user") {
      if (answer_.user.empty()) answer_.user = first;
    } else if (line.keyword == "port") {
      take_port(line, first);
    } else if (line.keyword == "identityfile") {
      add(answer_.identity_files, first);
    } else if (line.keyword == "certificatefile") {
      add(answer_.certificate_files, first);
    } else if (line.keyword == "proxyjump") {
      // The first of the two ways counts.
      if (!jump_ && !command_) jump_ = base::trim(line.rest.substr(0, line.rest.find('#')));
    } else if (line.keyword == "proxycommand") {
      if (!jump_ && !command_) command_ = !same_word(base::trim(line.rest), "none");
    } else if (line.keyword == "identitiesonly") {
      if (!identities_only_) identities_only_ = same_word(first, "yes") || same_word(first, "true");
    } else if (line.keyword == "hostkeyalias") {
      if (answer_.host_key_alias.empty()) answer_.host_key_alias = first;
    } else if (line.keyword == "userknownhostsfile") {
      if (answer_.user_known_hosts_file.empty()) answer_.user_known_hosts_file = first;
    }
  }

  void take_port(const SshConfigLine& line, const std::string& text) {
    std::uint16_t port = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || stop != text.data() + text.size() || port == 0)
      throw Error(Fault::import_failed,
                  fmt::format("{}: `{}` is no port", line.place.str(), base::printable(text, 40)),
                  "write a number from 1 to 65535");
    if (!answer_.port) answer_.port = port;
  }

  static void add(std::vector<std::string>& files, const std::string& name) {
    if (files.size() < most_files && std::ranges::count(files, name) == 0) files.push_back(name);
  }

  const std::string& alias_;
  bool active_ = true;
  SshConfigAnswer answer_;
  std::optional<std::string> hostname_, jump_;
  std::optional<bool> command_, identities_only_;
};

void collect_aliases(const SshConfigFile& file, std::set<std::string>& seen,
                     std::vector<SshConfigAlias>& out) {
  for (const SshConfigLine& line : file.lines) {
    if (line.keyword == "host")
      for (const std::string& word : line.arguments)
        if (word.find_first_of("*?!") == std::string::npos && seen.insert(word).second)
          out.push_back(SshConfigAlias{word, line.place});
    for (const auto& included : line.included) collect_aliases(included, seen, out);
  }
}

void collect_unread(const SshConfigFile& file, std::vector<std::string>& out) {
  for (const SshConfigLine& line : file.lines) {
    if (line.keyword == "match" && !criteria_of(line))
      out.push_back(fmt::format("{}: `Match {}` is not evaluated, its block is left out", line.place.str(),
                                base::printable(line.rest, 60)));
    for (const auto& included : line.included) collect_unread(included, out);
  }
}

}  // namespace

std::expected<SshConfigAnswer, Error> ask_ssh_config(const SshConfigFile& config, const std::string& alias) {
  try {
    Reading reading(alias);
    reading.read(config, false);
    return reading.finish();
  } catch (const Error& error) {
    return std::unexpected(error);
  }
}

std::vector<SshConfigAlias> aliases_of(const SshConfigFile& config) {
  std::set<std::string> seen;
  std::vector<SshConfigAlias> aliases;
  collect_aliases(config, seen, aliases);
  return aliases;
}

std::vector<std::string> unread_blocks(const SshConfigFile& config) {
  std::vector<std::string> notes;
  collect_unread(config, notes);
  return notes;
}

}  // namespace mcpssh::hosts
