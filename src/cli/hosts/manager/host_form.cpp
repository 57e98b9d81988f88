#include "cli/hosts/manager/host_form.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "cli/hosts/host_fields.hpp"

namespace mcpssh::cli::manager {
namespace {

struct Line {
  const char* label;
  const char* flag;
};

/// What most hosts need first; everything else stays as the file has it.
constexpr std::array<Line, 19> lines{{{"Name", "name"},
                                      {"Address", "host"},
                                      {"Port", "port"},
                                      {"User", "user"},
                                      {"Login by", "auth"},
                                      {"Key file", "key"},
                                      {"Passphrase in variable", "passphrase-env"},
                                      {"Password in variable", "password-env"},
                                      {"Password in file", "password-file"},
                                      {"Sudo password in var.", "sudo-password-env"},
                                      {"Jump host", "jump"},
                                      {"Groups", "group"},
                                      {"Description", "description"},
                                      {"Shell (posix, cli)", "shell"},
                                      {"Platform", "platform"},
                                      {"Mode", "mode"},
                                      {"Approval", "approval"},
                                      {"Host key checking", "host-key-checking"},
                                      {"Working directory", "workdir"}}};
constexpr int label_width = 23;

const HostField* field_of(std::string_view flag) {
  const auto all = host_fields();
  const auto found = std::ranges::find(all, flag, &HostField::flag);
  return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> values_of(const HostField& field, const std::string& text) {
  if (field.kind == HostField::Kind::text) return {text};
  std::vector<std::string> values;
  for (const auto part : base::split(text, ','))
    if (const auto value = base::trim(part); !value.empty()) values.emplace_back(value);
  return values;
}

std::string trimmed(const FormTexts& texts, const std::string& flag) {
  const auto found = texts.find(flag);
  return found == texts.end() ? std::string() : std::string(base::trim(found->second));
}

/// The entries, in a form of their own that scrolls.
class Entries {
 public:
  /// `current`: where the cursor stands.
  Entries(Window& window, const FormTexts& texts, std::size_t current) {
    const int height = window.height() - 2;
    auto* bar = ::newtVerticalScrollbar(window.width() - 1, 0, height, NEWT_COLORSET_WINDOW,
                                        NEWT_COLORSET_ACTCHECKBOX);
    inner_ = ::newtForm(bar, nullptr, 0);
    ::newtFormSetHeight(inner_, height);
    ::newtFormSetWidth(inner_, window.width() - 1);
    ::newtFormAddComponent(inner_, bar);
    int row = 0;
    for (const Line& line : lines) {
      ::newtFormAddComponent(inner_, ::newtLabel(1, row, line.label));
      const auto text = texts.find(line.flag);
      auto* entry = ::newtEntry(1 + label_width, row, text == texts.end() ? "" : text->second.c_str(),
                                window.width() - label_width - 4, nullptr, NEWT_FLAG_SCROLL);
      ::newtFormAddComponent(inner_, entry);
      entries_.emplace_back(line.flag, entry);
      ++row;
    }
    window.add(inner_);
    // newt scrolls only what was drawn before.
    if (std::cmp_less(current, height)) ::newtFormSetCurrent(inner_, entries_[current].second);
  }

  void read_into(FormTexts& texts) const {
    for (const auto& [flag, entry] : entries_) texts[flag] = ::newtEntryGetValue(entry);
  }

  [[nodiscard]] std::size_t current() const {
    const auto found = std::ranges::find(entries_, ::newtFormGetCurrent(inner_),
                                         &std::pair<std::string, newtComponent>::second);
    return found == entries_.end() ? 0 : static_cast<std::size_t>(found - entries_.begin());
  }

 private:
  newtComponent inner_ = nullptr;
  std::vector<std::pair<std::string, newtComponent>> entries_;
};

}  // namespace

FormTexts texts_of(const std::string& name, const hosts::YamlNode& entry) {
  FormTexts texts{{"name", name}};
  for (const Line& line : lines)
    if (const HostField* field = field_of(line.flag); field != nullptr)
      texts[line.flag] = base::join(field_values(entry, field->key), ", ");
  return texts;
}

bool fill_in(Screen& screen, const std::string& title, FormTexts& texts) {
  std::size_t current = 0;
  for (;;) {
    Left left;
    {
      Window window(screen, title, 76, static_cast<int>(lines.size()) + 2);
      const Entries entries(window, texts, current);
      const auto buttons = window.add_buttons({"OK", "Cancel"});
      window.hot_key(NEWT_KEY_F10);
      left = window.run();
      entries.read_into(texts);
      current = entries.current();
      if (left.why == Left::Why::chosen) return left.component == buttons[0];
    }
    if (left.why == Left::Why::key) return left.key == NEWT_KEY_F10;
    screen.start_again();
  }
}

HostEditOptions changes(const FormTexts& before, const FormTexts& after, bool fresh) {
  HostEditOptions options;
  options.name = fresh ? trimmed(after, "name") : trimmed(before, "name");
  if (!fresh && trimmed(after, "name") != options.name) options.rename = trimmed(after, "name");
  for (const Line& line : lines) {
    const HostField* field = field_of(line.flag);
    if (field == nullptr) continue;
    const std::string was = trimmed(before, line.flag), is = trimmed(after, line.flag);
    if (is == was) continue;
    if (is.empty())
      options.unset.emplace_back(field->key);
    else
      options.values[line.flag] = values_of(*field, is);
  }
  return options;
}

}  // namespace mcpssh::cli::manager
