// What the pages point at is there, and what they show of hosts.yaml is what the program reads.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "base/json.hpp"
#include "base/text.hpp"
#include "docs/pages.hpp"
#include "support/process.hpp"
#include "support/temp_dir.hpp"

namespace mcpssh::test {
namespace {

namespace fs = std::filesystem;

bool leads_out(std::string_view link) {
  return link.contains("://") || link.starts_with("mailto:");
}

/// What is wrong with a link of this page; empty: nothing.
std::string problem_of(const Page& page, const std::string& link) {
  const auto hash = link.find('#');
  const auto file = link.substr(0, hash);
  const auto name =
      file.empty() ? page.name : (fs::path(page.name).parent_path() / file).lexically_normal().string();
  if (!fs::exists(fs::path(MCPSSH_SOURCE_DIR) / name)) return "there is no " + name;
  if (hash == link.npos) return {};
  if (!name.ends_with(".md")) return "an anchor in " + name;
  const auto anchor = link.substr(hash + 1);
  return read_page(name).anchors.contains(anchor) ? "" : name + " has no heading #" + anchor;
}

TEST(Docs, EveryLinkLeadsToAPageAndAHeading) {
  std::size_t followed = 0;
  for (const auto& page : all_pages()) {
    for (const auto& link : page.links) {
      if (leads_out(link)) continue;
      ++followed;
      EXPECT_EQ(problem_of(page, link), "") << page.name << ": " << link;
    }
  }
  EXPECT_GT(followed, 60U);
}

TEST(Docs, EveryPageIsLinkedFromAnother) {
  std::set<std::string> linked{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"};
  for (const auto& page : all_pages())
    for (const auto& link : page.links)
      if (!leads_out(link) && !link.starts_with("#"))
        linked.insert(
            (fs::path(page.name).parent_path() / link.substr(0, link.find('#'))).lexically_normal().string());
  for (const auto& page : all_pages()) EXPECT_TRUE(linked.contains(page.name)) << page.name;
}

bool is_hosts_yaml(const Block& block) {
  return block.language == "yaml" &&
         (block.text.starts_with("hosts:") || block.text.starts_with("settings:"));
}

/// What the program says of a hosts.yaml; empty: it takes it.
std::string said_of(const fs::path& file) {
  const auto list = run({MCPSSH_BINARY, "--config", file.string(), "hosts", "list"});
  return list.exit_code == 0 ? "" : list.err;
}

TEST(Docs, EveryHostsYamlIsOneTheProgramTakes) {
  const TempDir directory;
  std::size_t read = 0;
  for (const auto& page : all_pages()) {
    for (const auto& block : page.blocks) {
      if (!is_hosts_yaml(block) || block.marker == "fragment") continue;
      ++read;
      EXPECT_EQ(said_of(directory.write("hosts.yaml", block.text)), "") << page.place(block);
    }
  }
  EXPECT_GE(read, 6U);
  EXPECT_EQ(said_of(fs::path(MCPSSH_SOURCE_DIR) / "hosts.example.yaml"), "");
}

TEST(Docs, AFragmentOfAHostIsTakenWithinOne) {
  const TempDir directory;
  for (const auto& page : all_pages()) {
    for (const auto& block : page.blocks) {
      if (!block.marker.starts_with("fragment of ")) continue;
      ASSERT_EQ(block.language, "yaml") << page.place(block);
      const bool of_host = block.marker == "fragment of a host";
      std::string text =
          of_host ? "hosts:\n  web1:\n    host: 192.0.2.10\n    user: deploy\n" : "settings:\n";
      for (const auto line : base::split(block.text, '\n'))
        text += (of_host ? "    " : "  ") + std::string(line) + "\n";
      EXPECT_EQ(said_of(directory.write("hosts.yaml", text)), "") << page.place(block);
    }
  }
}

TEST(Docs, EveryJsonBlockIsJson) {
  for (const auto& page : all_pages()) {
    for (const auto& block : page.blocks) {
      if (block.language != "json") continue;
      const auto whole = base::parse_json(block.text);
      if (whole) continue;
      for (const auto line : base::split(block.text, '\n'))
        if (!line.empty()) {
          EXPECT_TRUE(base::parse_json(line).has_value()) << page.place(block) << ": " << line;
        }
    }
  }
}

}  // namespace
}  // namespace mcpssh::test
