#include "cli/hosts/manager/screen.hpp"

#include <locale.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "base/error.hpp"
#include "base/faults.hpp"

namespace mcpssh::cli::manager {
namespace {

constexpr int control_c = 3;

sigset_t ending_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&set, signal);
  return set;
}

void require_terminal() {
  const char* kind = std::getenv("TERM");
  const bool drawable = kind != nullptr && *kind != '\0' && std::string_view(kind) != "dumb";
  if (drawable && ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1) return;
  throw base::Error(base::Fault::needs_terminal, "the host manager needs a terminal",
                    "without one use mcp-ssh hosts list, add, edit, remove, import, test or trust");
}

/// The first character of `text`: its bytes, and how many columns it takes.
struct Character {
  std::size_t bytes = 1;
  int columns = 1;
};

Character first_of(std::string_view text) {
  mbstate_t state{};
  wchar_t wide = 0;
  const std::size_t bytes = ::mbrtowc(&wide, text.data(), text.size(), &state);
  if (bytes == 0 || bytes > text.size()) return {};
  return {bytes, std::max(0, ::wcwidth(wide))};
}

}  // namespace

Screen::Screen() {
  require_terminal();
  ::setlocale(LC_CTYPE, "");  // newt and wcwidth ask it what a character is
  const sigset_t ending = ending_signals();
  ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
  signals_.reset(::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK));
  begin();
}

Screen::~Screen() {
  end();
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Screen::begin() {
  if (::newtInit() != 0)
    throw base::Error(base::Fault::io_error, "this terminal cannot be drawn on", "look at TERM");
  ::newtCls();
  ::newtDrawRootText(0, 0, "mcp-ssh hosts");
  ::newtPushHelpLine(" Arrows move  Tab buttons  Enter choose  F10 OK  Esc back");
}

void Screen::end() {
  ::newtCls();
  ::newtFinished();
}

int Screen::columns() const {
  int columns = 80, rows = 24;
  ::newtGetScreenSize(&columns, &rows);
  return columns;
}

int Screen::rows() const {
  int columns = 80, rows = 24;
  ::newtGetScreenSize(&columns, &rows);
  return rows;
}

void Screen::start_again() {
  end();
  begin();
}

void Screen::outside(const std::function<void()>& work) {
  end();
  const sigset_t ending = ending_signals();
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  try {
    work();
  } catch (const std::exception& error) {
    std::cout << "mcp-ssh: " << error.what() << "\n";
  }
  std::cout << "\nEnter: back to the list " << std::flush;
  std::cin.clear();
  std::string line;
  std::getline(std::cin, line);
  ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  begin();
}

Window::Window(Screen& screen, std::string_view title, int width, int height)
    : width_(std::max(20, std::min(width, screen.columns() - 4))),
      height_(std::max(4, std::min(height, screen.rows() - 5))),
      form_(::newtForm(nullptr, nullptr, NEWT_FLAG_NOF12)) {
  ::newtCenteredWindow(static_cast<unsigned>(width_), static_cast<unsigned>(height_),
                       fitted(title, std::min(columns_of(title), width_ - 4)).c_str());
  for (const int key : {static_cast<int>(NEWT_KEY_ESCAPE), control_c, NEWT_KEY_RESIZE})
    ::newtFormAddHotKey(form_, key);
  ::newtFormWatchFd(form_, screen.signals(), NEWT_FD_READ);
}

Window::~Window() {
  ::newtFormDestroy(form_);
  ::newtPopWindow();
}

newtComponent Window::add(newtComponent component) {
  ::newtFormAddComponent(form_, component);
  return component;
}

void Window::hot_key(int key) {
  ::newtFormAddHotKey(form_, key);
}

void Window::focus(newtComponent component) {
  ::newtFormSetCurrent(form_, component);
}

std::vector<newtComponent> Window::add_buttons(const std::vector<std::string>& labels) {
  int total = 0;
  for (const auto& label : labels) total += columns_of(label) + 3;
  int left = std::max(0, (width_ - total) / 2);
  std::vector<newtComponent> buttons;
  for (const auto& label : labels) {
    buttons.push_back(add(::newtCompactButton(left, height_ - 1, label.c_str())));
    left += columns_of(label) + 3;
  }
  return buttons;
}

Left Window::run() {
  newtExitStruct how{};
  ::newtFormRun(form_, &how);
  switch (how.reason) {
    case newtExitStruct::NEWT_EXIT_COMPONENT:
      return {Left::Why::chosen, how.u.co, 0};
    case newtExitStruct::NEWT_EXIT_HOTKEY:
      if (how.u.key == control_c) throw Interrupted();
      if (how.u.key == NEWT_KEY_RESIZE) return {Left::Why::resized, nullptr, 0};
      return {Left::Why::key, nullptr, how.u.key};
    default:
      throw Interrupted();
  }
}

std::size_t bytes_within(std::string_view text, int columns) {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character next = first_of(text.substr(bytes));
    if (next.columns > columns) break;
    columns -= next.columns;
    bytes += next.bytes;
  }
  return bytes;
}

std::string fitted(std::string_view text, int columns) {
  if (columns <= 0) return {};
  const bool cut = columns_of(text) > columns;
  std::string out(text.substr(0, bytes_within(text, cut ? columns - 1 : columns)));
  if (cut) out += MB_CUR_MAX > 1 ? "…" : "~";
  return out + std::string(static_cast<std::size_t>(std::max(0, columns - columns_of(out))), ' ');
}

int columns_of(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const Character next = first_of(text);
    columns += next.columns;
    text.remove_prefix(next.bytes);
  }
  return columns;
}

}  // namespace mcpssh::cli::manager
