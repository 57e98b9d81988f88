#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lab/grammar.hpp"
#include "lab/switch.hpp"

namespace mcpssh::lab {

inline constexpr Modes user_mode = 1, privileged_mode = 2, config_mode = 4, port_mode = 8;

/// Where one console stands.
struct Place {
  Modes mode = user_mode;   ///< one of the above
  std::string port;         ///< in port_mode: its full name
  unsigned page_rows = 24;  ///< 0: no paging
};

struct Question;

/// What a command leads to.
struct Outcome {
  std::vector<std::string> lines{};
  std::shared_ptr<const Question> question{};  ///< asked after the lines
  bool hang_up = false;
  bool bad_argument = false;  ///< the grammar let it through, the command does not
};

/// Something the switch wants to know before it goes on.
struct Question {
  enum class Kind {
    confirm,   ///< one key: Enter or y means yes
    answer,    ///< a line, echoed
    password,  ///< a line, not echoed
  } kind = Kind::confirm;
  std::string text;
  /// `answer` is empty for a confirmed [confirm].
  std::function<Outcome(Place& place, Switch& device, std::string_view answer)> then;
};

/// Carries out one line, or complains as IOS does. `column` is where the line began on the screen: the width
/// of the prompt, so that the caret stands under the word at fault. Pure but for the switch's own state.
Outcome execute(Place& place, Switch& device, std::string_view line, std::size_t column);

/// For the `?` key.
std::vector<std::string> help(const Place& place, std::string_view line);

/// "switch1#".
std::string prompt_of(const Place& place, const Switch& device);

}  // namespace mcpssh::lab
