// What lines of network devices do.
#include <array>

#include "guard/effects/rules.hpp"

namespace mcpssh::guard {
namespace {

using enum Effect;

constexpr std::array rows{
    denies("device.write-erase", config, "write erase on a network device"),
    denies("device.erase-startup", config, "erasing the start-up configuration of a network device"),
    denies("device.erase-image", disk, "deleting the software image of a network device"),
    denies("device.format", disk, "formatting or erasing a file system of a network device"),
    denies("device.factory-reset", config, "resetting a network device to its factory state"),

    allows("device.configure", config, "adding to the configuration of a network device, or saving it"),
    allows("device.operate", service, "clearing counters and other passing changes of a network device"),
    allows("device.write-file", write, "writing an ordinary file on a network device"),
    asks("device.remove", config, "taking something out of the configuration of a network device"),
    asks("device.remove-file", remove, "deleting files or logs of a network device"),
    asks("device.replace", config, "replacing the configuration of a network device by another one"),
    asks("device.outage", network, "what interrupts traffic, a service or the way to a network device"),
    asks("device.debug", service, "debugging output, which can keep a network device from its work"),
    asks("device.boot", config, "what a network device starts next time: images, packages, licences"),
    asks("device.user", user, "accounts, passwords and keys of a network device"),
    asks("device.secret", secret, "showing passwords or private keys of a network device"),
    asks("device.transfer", network, "copying between a network device and another host"),
    asks("device.output-file", write, "sending the output of a command to a file or another program"),
    asks("device.foreign-code", exec_unknown,
         "a shell, a script or another host's prompt on a network device"),
    asks("device.unknown-word", exec_unknown, "a line whose words the guard does not know"),
    asks("device.ambiguous", exec_unknown, "a shortened word that may stand for different commands")
        .in_full(Decision::ask),
    asks("device.unreadable", exec_unknown, "a line with a quote, bracket or brace that does not end"),
    asks("device.no-platform", exec_unknown,
         "more than plain show lines on a device whose platform hosts.yaml does not name"),
};

}  // namespace

std::span<const Rule> device_rules() {
  return rows;
}

}  // namespace mcpssh::guard
