#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "guard/network/cli_report.hpp"
#include "guard/network/cli_state.hpp"
#include "guard/network/row.hpp"

namespace mcpssh::guard {

/// Reads RouterOS scripts: menus and their verbs, "[...]" and "{...}" inside them, strings that are code.
class RouterosReader {
 public:
  static constexpr std::string_view safer =
      "take Safe Mode first (Ctrl-X), which undoes everything on disconnect";

  RouterosReader(CliReport& report, CliState& state) : report_(report), state_(state) {}

  void read(std::string_view text);

 private:
  struct Argument {
    std::string key;    ///< in lower case; empty: a word
    std::string value;  ///< without quotes
    bool quoted = false;
    bool block = false;   ///< "{...}"
    bool opaque = false;  ///< holds $x, (...) or [...]: known only when it runs
  };
  struct Statement {
    std::vector<Argument> arguments;
    std::vector<std::string> inside;  ///< code between brackets
    std::string_view text;
  };

  void code(std::string_view text, int depth);
  bool one(std::string_view text, std::size_t& at, Statement& out);
  bool argument(std::string_view text, std::size_t& at, Statement& out);
  bool value(std::string_view text, std::size_t& at, Argument& into, Statement& out);
  bool quoted(std::string_view text, std::size_t& at, Argument& into, Statement& out);
  static void brackets_in(std::string_view text, Statement& out);
  void meaning(const Statement& statement, int depth);
  void global(std::string_view name, const Statement& statement, int depth);
  void calls(CliWords path, const Statement& statement);
  void menu(const Statement& statement, int depth);
  void carried(const Statement& statement, int depth);
  void act(std::string_view verb, CliWords path, const Statement& statement);
  void navigate(CliWords path, const Statement& statement);
  void says(std::string_view rule, const Statement& statement);

  CliReport& report_;
  CliState& state_;
  Span span_;  ///< of the outermost statement
};

/// Where a RouterOS verb asks for more than it does elsewhere, and commands that are no verbs.
struct RouterosTables {
  std::span<const Row> commands;  ///< the whole line
  std::span<const Row> menus;     ///< the menu in which a changing verb stands
  std::span<const Row> verbs;
  std::span<const std::string_view> menu_words;
  std::span<const std::string_view> harmless_globals;
};
const RouterosTables& routeros_tables();

}  // namespace mcpssh::guard
