// mcp-ssh hosts reference | schema
#include "hosts/reference.hpp"

#include <iostream>

#include "cli/commands.hpp"

namespace mcpssh::cli {

int hosts_reference() {
  std::cout << "## `hosts.<name>`\n\n"
            << hosts::host_reference() << "\n## `settings`\n\n"
            << hosts::settings_reference() << "\n## Inside of these\n\n"
            << hosts::inner_reference();
  return 0;
}

int hosts_schema() {
  std::cout << base::json::serialize(hosts::json_schema()) << "\n";
  return 0;
}

}  // namespace mcpssh::cli
