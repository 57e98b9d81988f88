#include "guard/network/cli_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/rules.hpp"
#include "guard/shell/environment.hpp"
#include "guard/shell/posix.hpp"

namespace mcpssh::guard {
namespace {

/// Rules whose refusal names the way that undoes itself.
constexpr std::array<std::string_view, 5> undoable{"device.remove", "device.outage", "device.replace",
                                                   "device.configure", "device.boot"};

/// Where devices keep what they start from.
constexpr std::array<std::string_view, 12> device_roots{
    "/bootflash", "/mnt/flash",  "/flash",  "/nvram",      "/harddisk", "/harddisk:",
    "/disk0:",    "/bootflash:", "/config", "/misc/disk1", "/volatile", "/flash:"};

bool is_device_root(std::string_view word) {
  while (word.ends_with('*') || word.ends_with('/')) word.remove_suffix(1);
  return std::ranges::find(device_roots, word) != device_roots.end();
}

/// rm of one of the device's own roots, which the POSIX tables cannot know.
bool wipes_device(std::string_view code) {
  bool removes = false;
  bool root = false;
  for (std::string_view word : base::split(code, ' ')) {
    while (!word.empty() && std::string_view("\"';&|").contains(word.front())) word.remove_prefix(1);
    while (!word.empty() && std::string_view("\"';&|").contains(word.back())) word.remove_suffix(1);
    removes = removes || word == "rm" || word.ends_with("/rm");
    root = root || is_device_root(word);
  }
  return removes && root;
}

}  // namespace

void CliReport::says(std::string_view rule, std::string_view line, Span span) {
  const Rule* row = find_rule(rule);
  if (rule == "read") return;
  const bool can_undo = !safer_.empty() && std::ranges::find(undoable, rule) != undoable.end();
  keep(finding(rule,
               fmt::format("\"{}\": {}{}{}", base::printable(line.substr(0, 240), 60),
                           row == nullptr ? std::string_view("a rule nobody wrote") : row->stops,
                           can_undo ? "; safer: " : "", can_undo ? safer_ : ""),
               span));
}

void CliReport::calls(std::span<const std::string> known, CliWords words) {
  Fields out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool keyword = i < known.size() && !known[i].empty();
    Field word(keyword ? known[i] : words[i].text);
    const bool plain = words[i].lower.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
    if (!keyword && !words[i].quoted && plain) word.append('*', Field::Ink::glob);
    out.push_back(std::move(word));
  }
  if (!out.empty()) out_.invocations.push_back(out_.keep(std::move(out)));
}

void CliReport::keep(Finding found) {
  std::size_t& told = told_[found.rule];
  if (told == limits::findings) return;
  ++told;
  out_.findings.push_back(std::move(found));
}

void CliReport::records(std::string_view line) {
  SimpleCommand command;
  for (const std::string_view part : base::split(line, ' ')) {
    const auto word = base::trim(part);
    if (word.empty()) continue;
    if (!command.canonical.empty()) command.canonical += ' ';
    command.canonical += word;
  }
  if (!command.canonical.empty()) out_.commands.push_back(std::move(command));
}

void CliReport::runs_shell(std::string_view code, Span span, bool device_shell) {
  if (device_shell) says("device.foreign-code", code.empty() ? "a shell" : code, span);
  if (wipes_device(code)) says("device.format", code, span);
  if (!base::trim(code).empty()) filters(code, span);
}

void CliReport::filters(std::string_view code, Span span) {
  Environment environment;
  Reading inner = read_posix(code, environment, false, shell_);
  for (Finding& found : inner.findings) {
    found.span = span;
    keep(std::move(found));
  }
  out_.unchecked = out_.unchecked || inner.unchecked || inner.incomplete;
  out_.cut_short = out_.cut_short || inner.cut_short;
  // Moved, so that what the invocations look at stays where it is.
  std::ranges::move(inner.kept, std::back_inserter(out_.kept));
  std::ranges::copy(inner.invocations, std::back_inserter(out_.invocations));
  std::ranges::copy(inner.wrapped, std::back_inserter(out_.wrapped));
  for (SimpleCommand& command : inner.commands) out_.inner_texts.push_back(std::move(command.canonical));
  if (inner.incomplete) says("device.unreadable", code, span);
}

bool CliReport::step(Span span) {
  if (lines_.step()) return true;
  out_.unchecked = true;
  if (!told_.contains("shell.too-complex"))
    keep(finding("shell.too-complex", "more lines than the guard reads at once", span));
  return false;
}

}  // namespace mcpssh::guard
