#include "cli/hosts/manager/host_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace mcpssh::cli::manager {
namespace {

constexpr std::array<std::pair<const char*, Wish>, 7> buttons{{{"Add", Wish::add},
                                                               {"Edit", Wish::edit},
                                                               {"Delete", Wish::remove},
                                                               {"Test", Wish::test},
                                                               {"Trust", Wish::trust},
                                                               {"Import", Wish::import},
                                                               {"Quit", Wish::leave}}};
constexpr std::array<std::pair<int, Wish>, 6> keys{{{NEWT_KEY_INSERT, Wish::add},
                                                    {NEWT_KEY_DELETE, Wish::remove},
                                                    {NEWT_KEY_F5, Wish::test},
                                                    {NEWT_KEY_F6, Wish::trust},
                                                    {NEWT_KEY_F7, Wish::import},
                                                    {NEWT_KEY_ESCAPE, Wish::leave}}};

/// The columns' widths for a line of so many columns, one blank between them.
struct Columns {
  int name, address, login, groups, description;

  explicit Columns(int width) {
    name = std::clamp(width / 5, 10, 24);
    address = std::clamp(width / 3, 16, 36);
    login = width >= 70 ? 14 : 0;
    groups = width >= 90 ? 14 : 0;
    const int gaps = 2 + (login > 0 ? 1 : 0) + (groups > 0 ? 1 : 0);
    description = std::max(0, width - name - address - login - groups - gaps);
  }

  [[nodiscard]] std::string line(std::string_view a, std::string_view b, std::string_view c,
                                 std::string_view d, std::string_view e) const {
    std::string out = fitted(a, name) + " " + fitted(b, address);
    if (login > 0) out += " " + fitted(c, login);
    if (groups > 0) out += " " + fitted(d, groups);
    return out + " " + fitted(e, description);
  }
};

std::string line_of(const Columns& columns, const hosts::Host& host, const hosts::Snapshot& snapshot) {
  const bool own = host.place.file == snapshot.path.string();
  const std::string about = own ? host.description : "(from " + host.place.file + ") " + host.description;
  return columns.line(
      host.name, host.user + "@" + host.address + (host.port == 22 ? "" : ":" + std::to_string(host.port)),
      hosts::methods_text(host.auth), base::join(host.groups, ","), about);
}

std::optional<Wish> wish_of(const Left& left, newtComponent list, const std::vector<newtComponent>& made) {
  if (left.why == Left::Why::resized) return std::nullopt;
  if (left.why == Left::Why::key) {
    const auto found = std::ranges::find(keys, left.key, &std::pair<int, Wish>::first);
    return found == keys.end() ? Wish::leave : found->second;
  }
  if (left.component == list) return Wish::edit;
  const auto found = std::ranges::find(made, left.component);
  return found == made.end() ? Wish::leave : buttons[static_cast<std::size_t>(found - made.begin())].second;
}

/// Once around the window; nothing when the terminal was resized.
std::optional<Choice> run(Screen& screen, const hosts::Snapshot& snapshot, std::string& marked) {
  Window window(screen, snapshot.path.string(), screen.columns() - 4, screen.rows() - 6);
  const Columns columns(window.width() - 4);
  window.add(::newtLabel(0, 0, columns.line("Name", "Address", "Login", "Groups", "Description").c_str()));
  const int shown = std::max(1, window.height() - 3);
  auto* list = window.add(::newtListbox(0, 1, shown, NEWT_FLAG_SCROLL | NEWT_FLAG_RETURNEXIT));
  ::newtListboxSetWidth(list, window.width());
  int at = 0;
  for (const hosts::Host& host : snapshot.hosts) {
    ::newtListboxAppendEntry(list, line_of(columns, host, snapshot).c_str(), &host);
    if (host.name == marked) ::newtListboxSetCurrent(list, at);
    ++at;
  }
  if (snapshot.hosts.empty())
    window.add(::newtLabel(2, 2, fitted("No hosts yet: Add or Import", window.width() - 4).c_str()));
  std::vector<std::string> labels;
  for (const auto& [label, wish] : buttons) labels.emplace_back(label);
  const auto made = window.add_buttons(labels);
  window.focus(snapshot.hosts.empty() ? made.front() : list);
  for (const auto& [key, wish] : keys) window.hot_key(key);
  const Left left = window.run();
  const auto* current = static_cast<const hosts::Host*>(::newtListboxGetCurrent(list));
  marked = current == nullptr ? std::string() : current->name;
  const auto wish = wish_of(left, list, made);
  if (!wish) return std::nullopt;
  return Choice{*wish, marked};
}

}  // namespace

Choice choose(Screen& screen, const hosts::Snapshot& snapshot, const std::string& marked) {
  std::string mark = marked;
  for (;;) {
    if (auto choice = run(screen, snapshot, mark)) return *choice;
    screen.start_again();
  }
}

}  // namespace mcpssh::cli::manager
