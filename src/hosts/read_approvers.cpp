// settings.approver_totp: whose one-time codes count, and where their secrets are.
#include <fmt/format.h>

#include "hosts/readers.hpp"

namespace mcpssh::hosts {

std::vector<std::pair<std::string, SecretRef>> read_approver_totp(const Section& settings) {
  std::vector<std::pair<std::string, SecretRef>> people;
  const YamlNode* node = settings.find("approver_totp");
  if (node == nullptr || node->kind == YamlNode::Kind::null) return people;
  if (node->kind != YamlNode::Kind::mapping)
    settings.fail(settings.place(*node),
                  fmt::format("{} must be a mapping of user names, for example `alice: {{secret_file: "
                              "/etc/mcp-ssh/totp-alice}}`",
                              settings.path("approver_totp")));
  for (const YamlNode& item : node->items) {
    if (const auto problem = problem_of_user(item.key))
      settings.fail(Place{settings.file(), item.key_line},
                    fmt::format("{}: {}", settings.path("approver_totp"), *problem));
    const std::string path = fmt::format("{}.{}", settings.path("approver_totp"), item.key);
    const Section one(item, path, settings.file(), totp_keys);
    auto secret = read_secret(one, "secret", fmt::format("one-time codes of {}", item.key));
    if (!secret)
      settings.fail(Place{settings.file(), item.key_line},
                    fmt::format("{} says not where the secret is", path),
                    "give `secret_file` (mcp-ssh approver totp makes one), `secret_env`, `secret_command` or "
                    "`secret_credential`");
    people.emplace_back(item.key, *std::move(secret));
  }
  return people;
}

}  // namespace mcpssh::hosts
