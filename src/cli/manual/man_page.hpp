#pragma once
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace mcpssh::cli {

/// mcp-ssh(1) in roff: every command and option that `app` shows, around what a person has to know besides.
std::string man_page(const CLI::App& app, std::string_view version);

/// `text` where roff must read nothing else in it.
std::string roff(std::string_view text);

}  // namespace mcpssh::cli
