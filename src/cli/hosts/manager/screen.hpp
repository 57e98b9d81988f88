#pragma once
#include <newt.h>
#include <signal.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.hpp"

/// The terminal as newt draws on it. newt keeps its state in globals, so there is one Screen at a time; one
/// thread. Everything undoes itself when it goes out of scope, however that comes about.
namespace mcpssh::cli::manager {

/// Ctrl-C, a signal that ends programs, or a terminal that went away: thrown through the windows, which close
/// on the way, and caught where the screen was made.
struct Interrupted {};

class Screen {
 public:
  /// Throws base::Error(invalid_argument) when stdin and stdout are no terminal that newt can draw on.
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  [[nodiscard]] int columns() const;
  [[nodiscard]] int rows() const;
  /// Draws anew for the terminal's size of now. No window may be open.
  void start_again();
  /// Runs `work` on the plain terminal, signals as they were; then waits for Enter and draws again. No window
  /// may be open.
  void outside(const std::function<void()>& work);
  /// Readable when a signal wants the program to end.
  [[nodiscard]] int signals() const { return signals_.get(); }

 private:
  void begin();
  static void end();

  sigset_t before_{};
  base::UniqueFd signals_;
};

/// How a window was left.
struct Left {
  enum class Why {
    chosen,   ///< a component: `component`
    key,      ///< a hot key: `key`
    resized,  ///< the terminal has another size; close, Screen::start_again, open again
  } why = Why::chosen;
  newtComponent component = nullptr;
  int key = 0;
};

/// One centered window with its components, which it owns. Escape, the hot keys and a resize end run().
class Window {
 public:
  /// The inner size, cut to what the screen has.
  Window(Screen& screen, std::string_view title, int width, int height);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  newtComponent add(newtComponent component);
  void hot_key(int key);
  void focus(newtComponent component);
  /// Buttons in the last line; each is a component of this window.
  std::vector<newtComponent> add_buttons(const std::vector<std::string>& labels);
  /// Throws Interrupted.
  Left run();

 private:
  int width_, height_;
  newtComponent form_;
};

/// `text` in exactly `columns` of the terminal: cut with an ellipsis, or padded. UTF-8; wide characters count
/// as two.
std::string fitted(std::string_view text, int columns);
/// How many bytes of it fit into so many columns.
std::size_t bytes_within(std::string_view text, int columns);
/// How many columns it takes.
int columns_of(std::string_view text);

}  // namespace mcpssh::cli::manager
