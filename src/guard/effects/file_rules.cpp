// What happens to files, directories and disks.
#include <array>

#include "guard/effects/rules.hpp"

namespace mcpssh::guard {
namespace {

using enum Effect;

constexpr std::array rows{
    allows("read", read, "looking at something"),
    asks("secret.read", secret, "reading passwords, private keys or credentials"),
    asks("secret.metadata", secret, "asking a cloud's metadata service, which gives out credentials"),

    allows("fs.write", write, "creating or changing an ordinary file"),
    allows("fs.write-tuning", kernel, "changing settings of the running kernel through /proc/sys or /sys"),
    asks("fs.truncate-state", write, "emptying logs, databases or other state of the system"),
    denies("fs.truncate-essential", write, "replacing, emptying or moving away fstab and its kind"),
    asks("fs.write-persistence", write,
         "writing where the system later runs code (cron, units, profiles, authorized_keys)"),
    asks("fs.write-identity", user, "writing who may log in and as whom (passwd, sudoers, pam, sshd_config)"),
    denies("fs.truncate-identity", user, "replacing or emptying passwd, shadow, group or sudoers"),
    asks("fs.write-system", write, "writing programs and libraries of the system"),
    asks("fs.write-kernel", kernel, "writing to the kernel under /proc or /sys"),
    denies("power.sysrq", power, "restarting the host or killing everything through /proc/sysrq-trigger"),
    asks("fs.link-system", write,
         "a link to a system tree, a disk or who may log in, or one that leads out of /tmp: what is done to "
         "it is done "
         "to those"),
    asks("fs.permissions", user,
         "setuid bits, files everybody may write, new owners or modes of system files"),
    denies("fs.permissions-root", user,
           "new owners or modes for /, a system tree or a home with all below it"),

    allows("fs.remove-temporary", remove, "removing files under /tmp, /var/tmp or /dev/shm"),
    asks("fs.remove", remove, "removing files"),
    denies("fs.remove-root", remove, "removing /, a system tree such as /etc or /usr, or a home directory"),
    denies("fs.remove-identity", remove, "removing passwd, shadow, group, sudoers or fstab"),
    asks("fs.remove-unknown", remove, "removal of something that cannot be read from the text"),

    denies("disk.mkfs", disk, "making a file system (mkfs and its family)"),
    denies("disk.dd-device", disk, "dd writing to a device"),
    denies("disk.write-device", disk,
           "writing raw bytes to a device (>, tee, cp, shred, wipefs, blkdiscard)"),
    asks("disk.opaque-target", write, "writing to a file or device whose name cannot be read from the text"),

    allows("transfer.send", network, "sending data to a service of another host (POST, PUT)"),
    asks("transfer.delete", network, "asking a service of another host to delete something"),
    asks("transfer.upload", network,
         "sending files of this host to another machine, a web service, mailbox or cloud"),
    allows("transfer.copy", network, "copying files from another host (scp, rsync, sftp)"),

    allows("vcs.change", write, "changing a working copy or its history (commit, checkout, merge, pull)"),
    allows("vcs.push", network, "sending commits to another repository"),
    asks("vcs.discard", remove, "throwing away uncommitted work, commits, branches or stashes"),
    asks("vcs.rewrite-remote", remove, "rewriting or deleting branches of another repository"),

    allows("dev.build", write, "building, testing or formatting a project by its own rules"),
    allows("dev.packages", package, "installing a project's packages from configured sources"),
    asks("dev.remove", remove, "removing a project's packages or what was built"),
    asks("dev.publish", network, "publishing packages for others"),
};

}  // namespace

std::span<const Rule> file_rules() {
  return rows;
}

}  // namespace mcpssh::guard
