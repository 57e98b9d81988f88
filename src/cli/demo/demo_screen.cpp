#include "cli/demo/demo_screen.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "base/text.hpp"

namespace mcpssh::cli {
namespace {

constexpr std::size_t narrowest = 40, widest = 100;
/// Of a longer answer the first and the last lines are shown.
constexpr std::size_t most_lines = 12, first_lines = 6, last_lines = 3;
constexpr std::size_t indent_of_answers = 4;

std::size_t columns_of_stdout() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return widest;
  return size.ws_col;
}

bool stdout_has_colours() {
  const auto set = [](const char* name, std::string_view value) {
    const char* is = std::getenv(name);
    return is != nullptr && (value.empty() ? *is != '\0' : is == value);
  };
  return ::isatty(STDOUT_FILENO) == 1 && !set("NO_COLOR", "") && !set("TERM", "dumb");
}

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
}

enum class Break { between_words, anywhere };

/// How many bytes of `text` go into `columns`.
std::size_t fitting(std::string_view text, std::size_t columns, Break where) {
  std::size_t shown = 0, blank = 0, at = 0;
  for (; at < text.size(); ++at) {
    if (!begins_character(text[at])) continue;
    if (text[at] == ' ' && where == Break::between_words) blank = at;
    if (++shown > columns) break;
  }
  if (at == text.size()) return at;
  return blank > 0 ? blank : at;
}

bool is_frame(std::string_view line) {
  return line.starts_with("--- ") && line.ends_with(" ---");
}

}  // namespace

DemoScreen::DemoScreen(std::ostream& out, std::size_t columns, bool colours)
    : out_(out), columns_(std::clamp(columns, narrowest, widest)), colours_(colours) {}

DemoScreen DemoScreen::of_stdout() {
  return {std::cout, columns_of_stdout(), stdout_has_colours()};
}

void DemoScreen::text(std::string_view text) {
  line(0, text);
  flush();
}

void DemoScreen::heading(std::string_view text) {
  out_ << "\n";
  line(0, text, Style::strong);
}

void DemoScreen::call(std::string_view tool, std::string_view arguments) {
  line(2, "AI > " + std::string(tool) + (arguments == "{}" ? "" : " " + std::string(arguments)), Style::ask);
  flush();
}

void DemoScreen::command(std::string_view text) {
  line(2, "$ " + std::string(text), Style::ask);
  flush();
}

void DemoScreen::answer(std::string_view text, bool is_error) {
  const auto lines = base::split(base::trim(text), '\n');
  const bool cut = lines.size() > most_lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (cut && i == first_lines) {
      const std::size_t left_out = lines.size() - first_lines - last_lines;
      line(indent_of_answers, "(" + std::to_string(left_out) + " more lines, which the assistant has)",
           Style::dim);
      i += left_out;
    }
    const Style style = i == 0               ? is_error ? Style::bad : Style::good
                        : is_frame(lines[i]) ? Style::dim
                                             : Style::plain;
    line(indent_of_answers, lines[i], style);
  }
  flush();
}

void DemoScreen::question(std::string_view text, bool yes) {
  for (const auto part : base::split(text, '\n'))
    if (!part.empty()) line(2, "? " + std::string(part), Style::strong);
  line(2, yes ? "person > yes" : "person > no", Style::ask);
  flush();
}

void DemoScreen::quote(std::string_view text) {
  const std::size_t size = fitting(text, columns_ - indent_of_answers - 1, Break::anywhere);
  line(indent_of_answers, std::string(text.substr(0, size)) + (size < text.size() ? "…" : ""));
  flush();
}

void DemoScreen::line(std::size_t indent, std::string_view text, Style style) {
  constexpr std::array<std::string_view, 6> begins{"",         "\x1b[1m",  "\x1b[2m",
                                                   "\x1b[32m", "\x1b[31m", "\x1b[36m"};
  const std::string_view begin = colours_ ? begins[static_cast<std::size_t>(style)] : "";
  do {
    const std::size_t size = fitting(text, columns_ - indent, Break::between_words);
    out_ << std::string(text.empty() ? 0 : indent, ' ') << begin << text.substr(0, size)
         << (begin.empty() ? "" : "\x1b[0m") << "\n";
    text.remove_prefix(std::min(text.size(), size + (size < text.size() && text[size] == ' ' ? 1 : 0)));
  } while (!text.empty());
}

void DemoScreen::flush() {
  out_ << std::flush;
}

}  // namespace mcpssh::cli
