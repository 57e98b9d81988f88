#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "hosts/keys.hpp"

namespace mcpssh::hosts {
namespace {

using ::testing::HasSubstr;

TEST(Documentation, EveryKeyIsExplained) {
  std::ifstream file(MCPSSH_SOURCE_DIR "/docs/configuration.md");
  std::ostringstream page;
  page << file.rdbuf();
  for (const KeySet& keys : {host_keys, settings_keys}) {
    for (const auto key : keys.known) {
      if (key == "auth") continue;  // its keys are
      EXPECT_THAT(page.str(), HasSubstr("\n| `" + std::string(key) + "` |"));
    }
  }
  for (const auto key : auth_keys.known)
    EXPECT_THAT(page.str(), HasSubstr("\n| `auth." + std::string(key) + "` |"));
  for (const KeySet& keys : {host_keys, settings_keys, auth_keys})
    for (const auto key : keys.planned) EXPECT_THAT(page.str(), HasSubstr("`" + std::string(key) + "`"));
}

}  // namespace
}  // namespace mcpssh::hosts
