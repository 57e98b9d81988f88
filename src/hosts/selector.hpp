#pragma once
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "hosts/snapshot.hpp"

namespace mcpssh::hosts {

/// Names hosts: "web1", "web-*" (glob on names), "@prod" (group), lists "web1,@db", "*" or "all", "!web3"
/// (all but).
class Selector {
 public:
  /// At most 1000 terms; an empty or ill-formed term is Error(invalid_argument).
  static std::expected<Selector, base::Error> parse(std::string_view text);
  [[nodiscard]] bool matches(const Host& host) const;
  /// The matching hosts in file order; may be empty.
  [[nodiscard]] std::vector<const Host*> select(const Snapshot& snapshot) const;

 private:
  friend std::expected<std::vector<const Host*>, base::Error> require_hosts(const Snapshot&,
                                                                            std::string_view);

  struct Term {
    std::string pattern;  ///< without "!" and "@"
    bool group = false;
    bool exclude = false;
    [[nodiscard]] bool covers(const Host& host) const;
    [[nodiscard]] std::string str() const;
  };
  static std::expected<Term, base::Error> parse_term(std::string_view text);
  std::vector<Term> terms_;
};

/// The one host called `name`, or an error that lists the nearest names ("did you mean web1?").
std::expected<const Host*, base::Error> require_host(const Snapshot& snapshot, std::string_view name);

/// The hosts `selector` names, at least one. A term that matches nothing is an error: a typo in a list must
/// not leave a host out without a word.
std::expected<std::vector<const Host*>, base::Error> require_hosts(const Snapshot& snapshot,
                                                                   std::string_view selector);

}  // namespace mcpssh::hosts
