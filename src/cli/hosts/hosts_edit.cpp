// mcp-ssh hosts add | edit | remove: hosts.yaml without an editor.
#include <fmt/format.h>

#include "base/faults.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/hosts/host_change.hpp"
#include "cli/house.hpp"

namespace mcpssh::cli {
namespace {

using base::Error;
using base::Fault;
using hosts::HostsFile;
using hosts::YamlEdit;
using hosts::YamlNode;

Error not_there(const HostsFile& file, const std::string& name) {
  const auto snapshot = file.snapshot(hosts::process_environment());
  if (const auto* host = snapshot.find(name); host != nullptr)
    return Error(
        Fault::edit_impossible,
        fmt::format("host `{}` comes from {}, not from {}", name, host->place.str(), file.path().string()),
        fmt::format("add a host `{}` of its own: it wins over the imported one", name));
  const auto near = base::nearest(name, snapshot.names());
  return Error(Fault::unknown_host,
               fmt::format("{} has no host `{}`", file.path().string(), base::printable(name, 80)),
               near ? fmt::format("did you mean `{}`?", *near) : "`mcp-ssh hosts list` shows what there is");
}

}  // namespace

int hosts_add(const Common& common, const HostEditOptions& options) {
  const auto lock = lock_for(configuration_path(common), options.change);
  auto file = HostsFile::open(configuration_path(common));
  for (const auto& edit : edits_of(options, YamlNode())) file.apply(edit);
  return finish_change(file, lock, {options.name}, options.change, {{"added", {options.name}}});
}

int hosts_edit(const Common& common, const HostEditOptions& options) {
  const auto lock = lock_for(configuration_path(common), options.change);
  auto file = HostsFile::open(configuration_path(common));
  const YamlNode entry = entry_in(file, options.name);
  if (entry.kind == YamlNode::Kind::null) throw Error(not_there(file, options.name));
  const auto edits = edits_of(options, entry);
  if (edits.empty())
    throw Error(Fault::usage, "nothing was named that should change",
                "give a flag such as --port 2222, or --set KEY=VALUE, or --unset KEY");
  for (const auto& edit : edits) file.apply(edit);
  const std::string& name = options.rename.empty() ? options.name : options.rename;
  return finish_change(file, lock, {name}, options.change, {{"edited", {name}}});
}

int hosts_remove(const Common& common, const HostEditOptions& options) {
  const auto lock = lock_for(configuration_path(common), options.change);
  auto file = HostsFile::open(configuration_path(common));
  if (entry_in(file, options.name).kind == YamlNode::Kind::null) throw Error(not_there(file, options.name));
  file.apply({YamlEdit::Kind::remove, hosts::host_path(options.name), {}, {}});
  return finish_change(file, lock, {}, options.change, {{"removed", {options.name}}});
}

}  // namespace mcpssh::cli
