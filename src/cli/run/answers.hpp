#pragma once
#include <string>
#include <vector>

#include "gateway/outcome.hpp"

namespace mcpssh::cli {

/// What one of many hosts answered, whole as far as it is kept.
struct Answer {
  gateway::Outcome outcome;
  std::string out, err;    ///< cleaned
  std::uint64_t lost = 0;  ///< bytes that are not in them
};

/// What to make visible on a terminal.
struct Look {
  bool colours = false;
  unsigned columns = 80;
};

/// Who ended the same way with the same words, by index into the answers: what went well first, larger groups
/// first. What is not whole stands alone: nobody knows what it is equal to.
std::vector<std::vector<std::size_t>> grouped(const std::vector<Answer>& answers);

/// How it ended, without what differs from host to host: "exit 0", "never started: ...".
std::string ending(const Answer& answer);

/// "== web1, web2 (2 of 5): exit 0 ==", for the line above what they said; cut to the width of a terminal.
std::string title(const std::vector<Answer>& answers, const std::vector<std::size_t>& group,
                  const Look& look);

/// "3 of 5 hosts: exit 0; 2 never started".
std::string summary(const std::vector<Answer>& answers);

/// One document about all of them (docs/people.md).
base::json::object to_json(const std::vector<Answer>& answers, int status);

/// A bar of `columns`: "[####      ] 2/5, 1 failed". No line end.
std::string progress_bar(std::size_t done, std::size_t all, std::size_t failed, unsigned columns);

}  // namespace mcpssh::cli
