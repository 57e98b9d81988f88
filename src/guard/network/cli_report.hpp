#pragma once
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "guard/budget.hpp"
#include "guard/network/row.hpp"
#include "guard/shell/reader.hpp"

namespace mcpssh::guard {

/// Where readers of device lines tell what they found.
class CliReport {
 public:
  /// `safer`: how to try a change on this device so that it undoes itself; empty: no such way.
  CliReport(Reading& out, std::string_view safer, int steps = limits::device_steps)
      : out_(out), safer_(safer), lines_(steps) {}

  /// A line does what the rule stands for; "read" says nothing. `line` is quoted in the reason.
  void says(std::string_view rule, std::string_view line, Span span);
  /// What a line calls, for the owner's rules: `known` keywords as the device reads them, then what was
  /// typed, which may be shortened. An empty keyword is the word that was typed in its place.
  void calls(std::span<const std::string> known, CliWords words);
  /// For canonical texts and patterns.
  void records(std::string_view line);
  /// Code for a POSIX shell on the device: what it does, and that a shell was opened at all.
  void runs_shell(std::string_view code, Span span, bool device_shell = true);
  /// One of the programs a device pipes its output through.
  void filters(std::string_view code, Span span);
  /// Takes one step of work; past the limits it says so and gives false.
  bool step(Span span);

 private:
  /// Keeps a finding, but not more of one rule than anybody reads.
  void keep(Finding found);

  Reading& out_;
  std::string_view safer_;
  Budget lines_;
  Budget shell_;                                          ///< for what the device's shell is given
  std::map<std::string, std::size_t, std::less<>> told_;  ///< findings of each rule
};

}  // namespace mcpssh::guard
