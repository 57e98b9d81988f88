// Thousands of files in all the ways people write them: an edit changes its own lines and nothing else.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "hosts/edit/hosts_file.hpp"
#include "hosts/edit/yaml_write.hpp"
#include "inventory.hpp"

namespace mcpssh::hosts {
namespace {

using testing::environment;

/// A hosts.yaml whose parts are known: text before the hosts, each host's own lines, text behind.
struct Made {
  std::string head, tail;
  std::vector<std::string> names, entries;

  [[nodiscard]] std::string text() const {
    std::string all = head;
    for (const auto& entry : entries) all += entry;
    return all + tail;
  }
};

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  Made make() {
    Made made;
    line_ = one_in(4) ? "\r\n" : "\n";
    step_ = 1 + pick(4);
    if (one_in(6)) made.head += "\xef\xbb\xbf";
    if (one_in(4)) made.head += "# hosts: {x: y}  'comment" + line_;
    if (one_in(5)) made.head += "---" + line_;
    const bool settings_first = one_in(3);
    if (settings_first) made.head += settings();
    made.head += "hosts:" + trailing() + line_;
    const std::size_t count = 1 + pick(5);
    for (std::size_t i = 0; i < count; ++i) {
      made.names.push_back("h" + std::to_string(i));
      made.entries.push_back(entry(made.names.back()));
    }
    if (one_in(3)) made.tail += line_ + "# the end: of hosts" + line_;
    if (!settings_first && one_in(2)) made.tail += settings();
    if (made.tail.empty() && one_in(3))
      made.entries.back().erase(made.entries.back().find_last_not_of("\r\n") + 1);
    return made;
  }

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }
  bool one_in(std::size_t n) { return pick(n) == 0; }

 private:
  std::string settings() {
    return "settings:" + line_ + pad(1) + "deny_patterns:" + line_ + pad(1) + "- 'rm # {x'" + line_;
  }
  std::string pad(std::size_t depth) const { return std::string(depth * step_, ' '); }
  std::string trailing() { return one_in(3) ? "  # why: 'not" : ""; }

  std::string quoted(const std::string& text) {
    if (one_in(3)) return "\"" + text + "\"";
    return one_in(2) ? "'" + text + "'" : text;
  }

  std::string flow_entry(const std::string& name) {
    std::string text = pad(1) + quoted(name) + ": {host: " + quoted("192.0.2.1") + ", user: " + quoted("u");
    if (one_in(2)) text += ", groups: [a, 'b, c}']";
    if (one_in(2)) text += ", description: it's fine";
    if (one_in(3)) text += "," + line_ + pad(3) + "auth: {method: agent}";
    return text + (one_in(4) ? " , }" : "}") + trailing() + line_;
  }

  std::string entry(const std::string& name) {
    if (one_in(4)) return flow_entry(name);
    std::string text = pad(1) + quoted(name) + ":" + trailing() + line_;
    std::vector<std::string> fields{pad(2) + "host: " + quoted("192.0.2.1") + trailing() + line_,
                                    pad(2) + "user: " + quoted("u") + trailing() + line_};
    if (one_in(2)) fields.push_back(pad(2) + "port: " + quoted("22") + trailing() + line_);
    if (one_in(3))
      fields.push_back(pad(2) + "groups:" + line_ + pad(3) + "- a" + trailing() + line_ + pad(3) + "- b" +
                       line_);
    if (one_in(3)) fields.push_back(pad(2) + "auth:" + trailing() + line_ + pad(3) + "method: agent" + line_);
    if (one_in(4))
      fields.push_back(pad(2) + "description: |-" + line_ + pad(3) + "text: {# no comment" + line_);
    if (one_in(4))
      fields.push_back(pad(2) + "deny_patterns: [" + line_ + pad(3) + "'a]', \"b\" # x" + line_ + pad(2) +
                       "]" + line_);
    std::ranges::shuffle(fields, random_);
    for (const auto& field : fields) {
      if (one_in(6)) text += pad(2) + "# about: the next" + line_;
      if (one_in(9)) text += line_;
      text += field;
    }
    if (one_in(4)) text += pad(2) + "# last word" + line_;
    return text;
  }

  std::mt19937 random_;
  std::string line_ = "\n";
  std::size_t step_ = 2;
};

YamlEdit any_edit(Maker& maker, const std::string& host) {
  switch (maker.pick(8)) {
    case 0:
      return {YamlEdit::Kind::set, host_path(host, "port"), yaml_scalar("2222"), {}};
    case 1:
      return {YamlEdit::Kind::set, host_path(host, "description"), yaml_scalar("new: it's # text"), {}};
    case 2:
      return {YamlEdit::Kind::append, host_path(host, "groups"), yaml_scalar("z"), {}};
    case 3:
      return {YamlEdit::Kind::set, host_path(host, "auth.agent_key"), yaml_scalar("~/k.pub"), {}};
    case 4:
      return {YamlEdit::Kind::set, host_path(host, "groups"), yaml_list({"q", "r"}), {}};
    case 5:
      return {YamlEdit::Kind::set,
              host_path(host, "auth"),
              yaml_mapping({{"method", yaml_scalar("key")}, {"key_path", yaml_scalar("~/.ssh/k")}}),
              {}};
    case 6:
      return {YamlEdit::Kind::append,
              host_path(host, "allow"),
              yaml_mapping({{"run", yaml_list({"uptime"})}, {"examples", yaml_list({"uptime"})}}),
              {}};
    default:
      return {YamlEdit::Kind::set, host_path(host, "deny_patterns"), yaml_list({"^x{2}$", "a\\b"}), {}};
  }
}

TEST(EditProperty, AnEditOfAHostTouchesNoByteOfTheOthers) {
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Maker maker(seed);
    const Made made = maker.make();
    const std::string text = made.text();
    const std::size_t at = maker.pick(made.entries.size());
    const auto edit = any_edit(maker, made.names[at]);
    const auto edited = edit_yaml(text, "hosts.yaml", edit);
    ASSERT_TRUE(edited) << seed << ": " << edited.error().message() << "\n" << text;
    std::string before = made.head, behind;
    for (std::size_t i = 0; i < at; ++i) before += made.entries[i];
    for (std::size_t i = at + 1; i < made.entries.size(); ++i) behind += made.entries[i];
    behind += made.tail;
    ASSERT_TRUE(edited->starts_with(before) && edited->ends_with(behind)) << seed << "\n"
                                                                          << text << "\n->\n"
                                                                          << *edited;
    ASSERT_NE(*edited, text) << seed;
  }
}

TEST(EditProperty, AddedAndRemovedAHostLeavesTheFileAsItWas) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Maker maker(seed);
    const std::string text = maker.make().text();
    auto fields = yaml_mapping({{"host", yaml_scalar("x")}, {"user", yaml_scalar("y")}});
    const auto added = edit_yaml(text, "f", {YamlEdit::Kind::add, host_path("new"), fields, {}});
    ASSERT_TRUE(added) << seed << ": " << added.error().message() << "\n" << text;
    // What was added is one piece: what is before and behind it is the whole file that was.
    std::size_t same = 0, same_end = 0;
    while (same < text.size() && text[same] == (*added)[same]) ++same;
    while (same_end < text.size() &&
           text[text.size() - 1 - same_end] == (*added)[added->size() - 1 - same_end])
      ++same_end;
    ASSERT_GE(same + same_end, text.size()) << seed << "\n" << text << "\n->\n" << *added;
    const auto removed = edit_yaml(*added, "f", {YamlEdit::Kind::remove, host_path("new"), {}, {}});
    ASSERT_TRUE(removed) << seed << ": " << removed.error().message();
    // A blank line that came with it may stay, and a last line without an end has one now.
    ASSERT_TRUE(removed->starts_with(text.substr(0, text.find_last_not_of("\r\n") + 1)) ||
                removed->size() <= text.size() + 2)
        << seed << "\n"
        << text << "\n->\n"
        << *removed;
  }
}

TEST(EditProperty, ARemovedHostTakesOnlyItsOwnLines) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Maker maker(seed);
    const Made made = maker.make();
    const std::size_t at = maker.pick(made.entries.size());
    const auto edited =
        edit_yaml(made.text(), "f", {YamlEdit::Kind::remove, host_path(made.names[at]), {}, {}});
    ASSERT_TRUE(edited) << seed << ": " << edited.error().message() << "\n" << made.text();
    std::string before = made.head, behind;
    for (std::size_t i = 0; i < at; ++i) before += made.entries[i];
    for (std::size_t i = at + 1; i < made.entries.size(); ++i) behind += made.entries[i];
    ASSERT_EQ(*edited, before + behind + made.tail) << seed;
  }
}

/// Files with bytes swapped, dropped and doubled: an edit is made exactly or refused, and never crashes.
TEST(EditProperty, DamagedFilesAreEditedExactlyOrRefused) {
  std::size_t made_anyway = 0;
  for (unsigned seed = 0; seed < 6000; ++seed) {
    Maker maker(seed);
    const Made made = maker.make();
    std::string text = made.text();
    constexpr std::string_view strange = "{}[]:,#&*!|>'\"%@`-? \t\n\r~<.aA0";
    for (std::size_t n = 1 + maker.pick(4); n > 0; --n) {
      const std::size_t at = maker.pick(text.size());
      if (maker.one_in(2))
        text[at] = strange[maker.pick(strange.size())];
      else
        text.insert(at, 1, strange[maker.pick(strange.size())]);
    }
    const std::string& host = made.names[maker.pick(made.names.size())];
    const auto edited = edit_yaml(text, "f", any_edit(maker, host));
    if (!edited) {
      EXPECT_FALSE(edited.error().message().empty());
      continue;
    }
    ++made_anyway;
    // Every other host reads as before.
    const auto before = read_yaml(text, "f"), after = read_yaml(*edited, "f");
    const auto* hosts = before.find("hosts");
    if (hosts == nullptr) continue;
    for (const auto& other : hosts->items) {
      if (other.key == host) continue;
      const auto* same = after.find("hosts")->find(other.key);
      ASSERT_NE(same, nullptr) << seed;
      ASSERT_EQ(written_flow(other), written_flow(*same)) << seed << "\n" << text << "\n->\n" << *edited;
    }
  }
  EXPECT_GT(made_anyway, 500U);
}

}  // namespace
}  // namespace mcpssh::hosts
