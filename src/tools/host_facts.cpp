#include "tools/host_facts.hpp"

namespace mcpssh::tools {

base::json::object host_facts(const hosts::Snapshot& snapshot, const hosts::Host& host, bool connected) {
  base::json::object facts;
  facts["name"] = host.name;
  facts["description"] = host.description;
  facts["address"] = host.address + ":" + std::to_string(host.port);
  facts["user"] = host.user;
  facts["shell"] = hosts::to_string(host.shell);
  facts["groups"] = base::json::value_from(host.groups);
  facts["mode"] = hosts::to_string(host.mode);
  facts["approval"] = hosts::to_string(host.approval.value_or(snapshot.settings.approval));
  facts["connected"] = connected;
  return facts;
}

}  // namespace mcpssh::tools
