#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "hosts/keys.hpp"

namespace mcpssh::hosts {
namespace {

TEST(Documentation, EveryKeyIsExplained) {
  std::ifstream file(MCPSSH_SOURCE_DIR "/docs/configuration.md");
  std::ostringstream page;
  page << file.rdbuf();
  const auto holds = [&](const std::string& text) { return page.str().find(text) != std::string::npos; };
  for (const KeySet& keys : {host_keys, settings_keys}) {
    for (const auto key : keys.known) {
      if (key == "auth" || key == "oauth") continue;  // their keys are
      EXPECT_TRUE(holds("\n| `" + std::string(key) + "` |")) << key;
    }
  }
  for (const auto key : auth_keys.known) EXPECT_TRUE(holds("\n| `auth." + std::string(key) + "` |")) << key;
  for (const auto key : oauth_keys.known) EXPECT_TRUE(holds("\n| `oauth." + std::string(key) + "` |")) << key;
  for (const KeySet& keys : {sudo_keys, algorithm_keys, limit_keys, rights_keys})
    for (const auto key : keys.known) EXPECT_TRUE(holds("`" + std::string(key) + "`")) << key;
  for (const KeySet& keys : {host_keys, settings_keys, auth_keys})
    for (const auto key : keys.planned) EXPECT_TRUE(holds("`" + std::string(key) + "`")) << key;
}

}  // namespace
}  // namespace mcpssh::hosts
