#pragma once
#include <span>
#include <string_view>

#include "guard/network/cli_report.hpp"
#include "guard/network/dialects.hpp"

namespace mcpssh::guard {

/// Reads the lines of one text in one dialect, from the mode `state` names, and leaves it where they lead.
class CliReader {
 public:
  CliReader(const NetworkDialect& dialect, CliReport& report, CliState& state)
      : dialect_(dialect), report_(report), state_(state) {}

  void read(std::string_view text);

 private:
  using Mode = CliState::Mode;
  /// What a line means: one row, or the strictest of those its shortened words may stand for.
  struct Meaning {
    CommandTree::Match match;
    std::string_view rule;  ///< empty: no row
    bool sure = true;       ///< no other row fits
  };
  /// One line and the text it stands in; `depth` counts lines inside lines.
  struct At {
    std::string_view text;
    Span span;
    int depth = 0;
  };

  bool inside_banner(std::string_view text, std::size_t& at);
  void statement(CliWords words, const At& at);
  [[nodiscard]] bool is_text(CliWords words) const;
  [[nodiscard]] static At deeper(At at);
  void line(CliWords words, const At& at, Mode mode);
  [[nodiscard]] Meaning look_up(CliWords words, Mode mode) const;
  [[nodiscard]] Meaning strictest(std::span<const CommandTree::Match> matches, CliWords words) const;
  void follow(const Meaning& meaning, CliWords words, const At& at);
  void move(Then then, CliWords plain, CliWords rest);
  void negated(CliWords rest, CliWords words, const At& at);
  void path(CliWords rest, CliWords words, const At& at, std::string_view rule);
  void enter(CliWords rest);
  void leave_section();
  void banner(CliWords rest, const At& at);
  void pipes(CliWords words, const At& at);
  void filter(CliWords words, const CliWord& pipe, const At& at);
  void carried(CliWords words, const At& at);
  void unknown(CliWords words, const At& at);
  void nested(std::string_view code, const At& at, Mode mode);
  /// The words as they were typed, with what stands between them.
  [[nodiscard]] static std::string_view typed(CliWords words, const At& at);
  /// The same, without the quotes when it is one quoted word.
  [[nodiscard]] static std::string code_of(CliWords words, const At& at);

  const NetworkDialect& dialect_;
  CliReport& report_;
  CliState& state_;
};

}  // namespace mcpssh::guard
