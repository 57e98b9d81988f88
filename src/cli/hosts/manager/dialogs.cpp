#include "cli/hosts/manager/dialogs.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mcpssh::cli::manager {
namespace {

/// How much of `text` stands on one line: words stay whole where a blank is in the second half of it.
std::size_t first_line(std::string_view text, int columns) {
  const std::size_t bytes = std::max<std::size_t>(1, bytes_within(text, columns));
  if (bytes >= text.size()) return text.size();
  const auto blank = text.substr(0, bytes).rfind(' ');
  return blank != std::string_view::npos && blank > bytes / 2 ? blank + 1 : bytes;
}

/// The lines of `text`, none wider than `columns`; a longer one goes on in the next.
std::vector<std::string> folded(std::string_view text, int columns) {
  std::vector<std::string> lines;
  for (std::string_view line : base::split(text, '\n')) {
    do {
      const std::size_t bytes = line.empty() ? 0 : first_line(line, columns);
      lines.emplace_back(line.substr(0, bytes));
      line.remove_prefix(bytes);
    } while (!line.empty());
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

}  // namespace

std::optional<std::size_t> show_text(Screen& screen, const std::string& title, const std::string& text,
                                     const std::vector<std::string>& buttons) {
  for (;;) {
    const int width = std::min(screen.columns() - 6, 100);
    const auto lines = folded(text, width - 4);
    const int wanted = static_cast<int>(lines.size());
    Left left;
    {
      Window window(screen, title, width, wanted + 3);
      const int shown = window.height() - 2;
      auto* box = window.add(
          ::newtTextbox(1, 0, window.width() - 2, std::max(1, shown), wanted > shown ? NEWT_FLAG_SCROLL : 0));
      ::newtTextboxSetText(box, base::join(lines, "\n").c_str());
      const auto made = window.add_buttons(buttons);
      window.focus(made.front());
      left = window.run();
      if (left.why == Left::Why::chosen) {
        const auto found = std::ranges::find(made, left.component);
        if (found != made.end()) return static_cast<std::size_t>(found - made.begin());
        continue;
      }
    }
    if (left.why == Left::Why::key) return std::nullopt;
    screen.start_again();
  }
}

void show_message(Screen& screen, const std::string& title, const std::string& text) {
  show_text(screen, title, text, {"OK"});
}

bool ask_text(Screen& screen, const std::string& title, const std::string& question, std::string& answer) {
  for (;;) {
    Left left;
    {
      Window window(screen, title, 70, 6);
      window.add(::newtLabel(1, 0, fitted(question, window.width() - 2).c_str()));
      auto* entry =
          window.add(::newtEntry(1, 2, answer.c_str(), window.width() - 2, nullptr, NEWT_FLAG_SCROLL));
      const auto buttons = window.add_buttons({"OK", "Cancel"});
      ::newtEntrySetFlags(entry, NEWT_FLAG_RETURNEXIT, NEWT_FLAGS_SET);
      left = window.run();
      answer = ::newtEntryGetValue(entry);
      if (left.why == Left::Why::chosen) return left.component != buttons[1];
    }
    if (left.why == Left::Why::key) return false;
    screen.start_again();
  }
}

}  // namespace mcpssh::cli::manager
