#include "hosts/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <exception>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/faults.hpp"
#include "base/text.hpp"
#include "hosts/yaml_builder.hpp"

namespace mcpssh::hosts {
namespace {

using base::Error;
using base::ErrorCode;
using base::Fault;

/// yaml-cpp takes 0x04 for the end of the file and stops there in silence, so control characters are found
/// first.
void refuse_bad_bytes(std::string_view text, const std::string& file) {
  if (text.size() > limits::yaml_bytes)
    throw Error(ErrorCode::limit_reached,
                fmt::format("{} is longer than {} bytes", file, limits::yaml_bytes));
  int line = 1;
  for (const char c : text) {
    if (c == '\n') ++line;
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f)
      throw Error(
          Fault::config_yaml,
          fmt::format("{}:{}: the control character 0x{:02x} does not belong into YAML", file, line, byte),
          "remove it, or save the file as UTF-8 text");
  }
  if (base::is_utf8(text)) return;
  line = 1;
  for (const auto part : base::split(text, '\n')) {
    if (!base::is_utf8(part)) break;
    ++line;
  }
  throw Error(Fault::config_yaml, fmt::format("{}:{}: this line is not UTF-8", file, line),
              "save the file as UTF-8 text");
}

bool indented_with_tab(std::string_view text, int line) {
  const auto lines = base::split(text, '\n');
  if (line < 0 || std::cmp_greater_equal(line, lines.size())) return false;
  const auto& found = lines[static_cast<std::size_t>(line)];
  const auto indent = found.substr(0, std::min(found.find_first_not_of(" \t"), found.size()));
  return indent.find('\t') != std::string_view::npos;
}

/// What to do about yaml-cpp's terse findings, where the usual cause is known.
std::string advice(const YAML::Exception& error, std::string_view text) {
  if (indented_with_tab(text, error.mark.line)) return "indent with spaces, YAML takes no tabs";
  const std::string& what = error.msg;
  if (what == YAML::ErrorMsg::DOC_IN_SCALAR || what == YAML::ErrorMsg::EOF_IN_SCALAR)
    return "close the quoted text that starts above";
  if (what == YAML::ErrorMsg::UNKNOWN_TOKEN) return "put text that starts with @, ` or % in single quotes";
  if (what == YAML::ErrorMsg::UNKNOWN_ANCHOR || what == YAML::ErrorMsg::ALIAS_NOT_FOUND)
    return "put text that starts with * in single quotes";
  if (what.starts_with(YAML::ErrorMsg::INVALID_ESCAPE))
    return "use single quotes: there a backslash is just a backslash";
  return "look at the indentation there, and quote text that holds `: ` or ` #`";
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view name) const {
  if (kind != Kind::mapping) return nullptr;
  const auto found = std::ranges::find(items, name, &YamlNode::key);
  return found == items.end() ? nullptr : &*found;
}

YamlNode read_yaml(std::string_view text, const std::string& file, YamlTags tags) {
  refuse_bad_bytes(text, file);
  try {
    // Without a document end behind it, yaml-cpp takes a quote that is never closed for text up to the end.
    std::istringstream stream(std::string(text) + "\n...\n");
    YAML::Parser parser(stream);
    YamlBuilder builder(file, tags);
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.take();
  } catch (const YAML::Exception& error) {
    const std::string where = error.mark.is_null()
                                  ? file
                                  : fmt::format("{}:{}:{}", file, error.mark.line + 1, error.mark.column + 1);
    throw Error(Fault::config_yaml, fmt::format("{}: not valid YAML: {}", where, base::printable(error.msg)),
                advice(error, text));
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(Fault::config_yaml,
                fmt::format("{}: not valid YAML: {}", file, base::printable(error.what())));
  }
}

}  // namespace mcpssh::hosts
