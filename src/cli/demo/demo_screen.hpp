#pragma once
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

namespace mcpssh::cli {

/// How the demo looks: lines broken between words to fit the terminal, long answers cut in the middle, and
/// colours where the terminal has them and NO_COLOR is not set.
class DemoScreen {
 public:
  DemoScreen(std::ostream& out, std::size_t columns, bool colours);
  /// What fits this process's stdout. A file or pipe gets 100 columns and no colours.
  static DemoScreen of_stdout();

  void text(std::string_view text);
  /// What the next step is to show.
  void heading(std::string_view text);
  /// A call as the assistant makes it; `arguments` is JSON.
  void call(std::string_view tool, std::string_view arguments);
  /// What a person types at a shell.
  void command(std::string_view text);
  /// An answer as the assistant reads it.
  void answer(std::string_view text, bool is_error);
  /// What a person is asked, and says.
  void question(std::string_view text, bool yes);
  /// A line of another command's output, cut where the terminal ends.
  void quote(std::string_view text);

 private:
  enum class Style { plain, strong, dim, good, bad, ask };
  void line(std::size_t indent, std::string_view text, Style style = Style::plain);
  void flush();

  std::ostream& out_;
  std::size_t columns_;
  bool colours_;
};

}  // namespace mcpssh::cli
