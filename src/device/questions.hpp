#pragma once
#include <string_view>

#include "device/regex.hpp"

namespace mcpssh::device {

/// Reads the unterminated last line of a stream: is it a pager, or a question? Knows the texts of many
/// vendors (docs/architecture.md, "Devices"). Immutable.
class Questions {
 public:
  Questions();

  /// Bytes; a longer line is neither, without looking.
  static constexpr std::size_t longest = 400;

  enum class Pager {
    none,
    more,  ///< a space brings the next page; "!" and "v" in less run programs, so nothing else is ever sent
    end,   ///< the last page; q leaves
  };
  [[nodiscard]] Pager pager(std::string_view last_line) const;

  enum class Asks {
    no,
    maybe,  ///< it ends like something that waits for input
    yes,
  };
  [[nodiscard]] Asks asks(std::string_view last_line) const;
  /// Like `maybe`, also for the prompts of programs: "mysql> ", ">>> ", "root@db:/# ".
  [[nodiscard]] Asks asks_or_prompts(std::string_view last_line) const;
  /// A login that happens inside of the session.
  [[nodiscard]] bool asks_for_login(std::string_view last_line) const;

 private:
  Regex more_, end_, question_, login_;
};

}  // namespace mcpssh::device
