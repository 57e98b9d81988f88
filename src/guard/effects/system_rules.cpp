// Disks, services, packages, networks, accounts, the kernel, containers, clusters and databases.
#include <array>

#include "guard/effects/rules.hpp"

namespace mcpssh::guard {
namespace {

using enum Effect;

constexpr std::array rows{
    asks("power.reboot", power, "restarting the host"),
    asks("power.shutdown", power, "stopping or suspending the host, or shutting an interface"),

    allows("disk.mount", disk, "mounting file systems, attaching devices, swap on"),
    allows("disk.unmount", disk, "unmounting an ordinary file system, detaching a device, swap off"),
    asks("disk.unmount-system", disk, "unmounting what the system stands on (/, /usr, /var, everything)"),
    allows("disk.grow", disk, "new volumes and snapshots, and growing them"),
    allows("disk.properties", disk, "labels and properties of volumes and file systems"),
    allows("disk.test", disk, "self-tests, scrubs, trims and rescans of disks"),
    asks("disk.shrink", disk, "shrinking, splitting or moving volumes, taking devices out of an array"),
    asks("disk.remove", remove, "removing volumes, snapshots, file systems, quotas or arrays"),
    asks("disk.repair", disk, "repairing a file system, an array or a table of partitions"),
    asks("disk.device-node", disk, "another name for a device, which may be a disk's (mknod)"),
    asks("disk.settings", disk, "settings of disks, file systems and encrypted volumes"),
    denies("disk.partition", disk, "changing a table of partitions"),
    denies("disk.wipe", disk,
           "wiping signatures, volumes or whole disks (luksFormat, zpool destroy, nvme format)"),

    allows("service.change", service, "starting, stopping, restarting and enabling ordinary services"),
    asks(
        "service.protected", service,
        "stopping what a host is reached, guarded or run by (sshd, network, firewall, audit, systemd, init)"),
    asks("service.definition", service, "changing what a unit or a supervised service is"),
    allows("service.signal", service, "signals to ordinary processes, their priorities and limits"),
    allows("host.settings", write, "the host's name, time zone, clock, locale and messages"),
    asks("schedule.change", write, "jobs that run later (crontab, at, timers)"),
    asks("schedule.remove", remove, "removing jobs that run later"),
    asks("log.remove", remove, "removing logs"),
    allows("log.write", write, "writing to, flushing or rotating logs"),

    allows("package.cache", package, "lists of packages and caches"),
    allows("package.install", package, "installing and updating packages from configured repositories"),
    allows("package.settings", package, "marks, holds and alternatives of packages"),
    asks("package.remove", package, "removing or downgrading packages"),
    asks("package.foreign", package,
         "packages from a file, an address or without their signatures, by force"),
    asks("package.source", package, "adding or changing repositories of packages and their keys"),

    allows("network.change", network, "adding addresses, routes, rules and connections"),
    asks("network.lockout", network,
         "what may cut the host off: flush, default drop, link down, routes removed")
        .in_full(Decision::ask),
    asks("network.serve", network, "listening, relaying and tunnels opened on the command line"),
    asks("network.send", network, "sending data to another host"),
    asks("network.attack", network, "scans with scripts, floods and forged packets"),

    asks("account.change", user, "accounts, groups, passwords, tickets and capabilities"),

    allows("kernel.setting", kernel, "kernel settings at run time (sysctl -w)"),
    allows("kernel.module", kernel, "loading a module of the system by its name"),
    asks("kernel.modules", kernel, "removing modules, or loading one from a file"),
    asks("kernel.protection", kernel, "switching off SELinux, AppArmor, auditing or the kernel's log"),
    allows("kernel.boot-files", kernel, "making the boot menu and initial file systems again"),
    asks("kernel.boot", kernel, "boot loaders, boot entries and firmware"),
    asks("hardware.settings", kernel, "settings of controllers, management processors and devices"),

    allows("container.change", service, "pulling, starting, stopping and restarting containers"),
    asks("container.remove", remove, "removing containers, images, volumes and networks"),
    asks("container.host", user,
         "containers that hold the host: privileged, its root mounted, its processes seen"),
    allows("cluster.change", service, "applying manifests, scaling and restarting workloads"),
    asks("cluster.remove", remove, "removing resources of a cluster"),
    asks("cluster.disrupt", service,
         "draining, scaling to nothing, rolling back, privileges and nodes of a cluster"),
    allows("vm.change", service, "starting, restarting and adding virtual machines"),
    asks("vm.stop", power, "cutting the power of virtual machines"),
    asks("vm.remove", remove, "removing virtual machines, their disks and snapshots"),
    asks("cloud.change", config, "changing cloud resources and infrastructure"),
    asks("cloud.remove", remove, "removing cloud resources"),

    allows("database.write", write, "inserting and changing rows, creating tables and databases"),
    asks("database.remove", remove, "dropping, emptying and deleting without a condition in databases"),
    asks("database.settings", user, "grants, roles, settings, replication and stopping of databases"),
    asks("database.code", exec_unknown, "statements that run programs or that nobody can read"),

    allows("mail.change", service, "flushing and holding mail queues, sending mail"),
    asks("mail.remove", remove, "removing mail and queued jobs"),
    allows("queue.change", service, "adding topics, queues and messages"),
    asks("queue.remove", remove, "removing topics, queues and messages"),
    allows("print.change", service, "printing and printers"),

    allows("key.create", write, "making and importing keys and certificates"),
    asks("key.remove", user, "removing, revoking or replacing keys, certificates and secrets"),
};

}  // namespace

std::span<const Rule> system_rules() {
  return rows;
}

}  // namespace mcpssh::guard
