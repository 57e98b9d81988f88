#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>

/// What a text past the limits would be denied for, had it been read to its end.
namespace mcpssh::guard {

struct SecondReading {
  std::optional<std::string> denial;  ///< why the first command that is denied is
  bool whole = false;                 ///< everything was read, as a shell would
};

/// Reads the commands of `text` one after the other, without what encloses them and however many they are.
/// Where no denial is found it is a question all the same.
/// `directory`: as in SessionState. Denials by the rules in `unlocked` do not count. Time is linear in the
/// text and bounded.
///
/// What is read plainer may be read as more than it is: a word for a command, a value for code.
SecondReading read_past_the_limits(std::string_view text, std::string_view directory, bool interactive,
                                   const std::set<std::string>& unlocked);

}  // namespace mcpssh::guard
