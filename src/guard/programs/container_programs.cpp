// Containers on the host itself. Clusters of them: cluster_programs.cpp.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/path.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

constexpr OptionTable run_options{"ditPqT", "aceuhvwlmpf",
                                  "detach init interactive no-healthcheck oom-kill-disable privileged "
                                  "publish-all quiet read-only rm sig-proxy tty "
                                  "disable-content-trust help replace tls-verify no-hosts build no-deps "
                                  "remove-orphans service-ports use-aliases "
                                  "no-tty",
                                  "add-host annotation attach blkio-weight cap-add cap-drop cgroup-parent "
                                  "cgroupns cidfile cpu-period cpu-quota "
                                  "cpu-shares cpus cpuset-cpus cpuset-mems detach-keys device "
                                  "device-cgroup-rule device-read-bps device-write-bps dns "
                                  "dns-option dns-search domainname entrypoint env env-file expose gpus "
                                  "group-add health-cmd health-interval "
                                  "health-retries health-timeout health-start-period hostname ip ip6 ipc "
                                  "isolation kernel-memory label label-file link "
                                  "log-driver log-opt mac-address memory memory-reservation memory-swap "
                                  "memory-swappiness mount name net network "
                                  "network-alias net-alias oom-score-adj pid pids-limit platform publish "
                                  "pull restart runtime security-opt shm-size "
                                  "stop-signal stop-timeout storage-opt sysctl tmpfs ulimit user userns uts "
                                  "volume volume-driver volumes-from workdir "
                                  "pod authfile arch os systemd secret umask tz index profile"};

/// Where a part of the host appears inside: "-v /srv:/data" or "--mount type=bind,source=/srv,target=/data".
struct Mount {
  Field host, inside;
};

Field part_after(const Field& whole, std::string_view key) {
  const auto at = whole.text().find(key);
  if (at == std::string::npos) return {};
  const auto from = at + key.size();
  const auto end = whole.text().find_first_of(",\"", from);  // --mount reads CSV, quotes too
  return whole.substr(from, end == std::string::npos ? end : end - from);
}

Mount mount_of(const Option& option) {
  const std::string& text = option.value.text();
  if (option.name == "mount") {
    const auto first = [&](std::string_view a, std::string_view b) {
      Field out = part_after(option.value, a);
      return out.empty() ? part_after(option.value, b) : out;
    };
    Field target = first("target=", "destination=");
    return {first("source=", "src="), target.empty() ? part_after(option.value, "dst=") : target};
  }
  const auto colon = text.find(':');
  if (colon == std::string::npos) return {};
  const auto end = text.find(':', colon + 1);
  return {option.value.substr(0, colon),
          option.value.substr(colon + 1, end == std::string::npos ? end : end - colon - 1)};
}

/// Parts of the host that give it away, as a whole or with what lies below them.
bool holds_host(const Field& path, const Call& call) {
  constexpr std::array<std::string_view, 7> whole_only{"/",    "/home",    "/var",    "/run",
                                                       "/sys", "/var/run", "/var/lib"};
  constexpr std::array<std::string_view, 13> trees{
      "/etc",  "/root", "/boot", "/usr", "/var/lib/docker", "/var/lib/containerd", "/var/lib/kubelet", "/dev",
      "/proc", "/bin",  "/sbin", "/lib", "/var/spool/cron"};
  // What containers commonly see of these, and cannot change the host by.
  constexpr std::array<std::string_view, 12> harmless{
      "/etc/localtime", "/etc/timezone",    "/etc/ssl/certs",       "/etc/letsencrypt",
      "/etc/nginx",     "/etc/resolv.conf", "/etc/ca-certificates", "/etc/hosts",
      "/usr/share",     "/usr/local/share", "/etc/hostname",        "/etc/prometheus"};
  if (!path.known_prefix().starts_with('/')) return path.known_prefix().starts_with('~');
  const Field whole = absolute(path, call.directory);
  const auto is = [&](std::string_view part) { return whole.may_be(part); };
  if (std::ranges::any_of(whole_only, is)) return true;
  const std::string_view text = whole.text();
  if (text.ends_with(".sock"))
    return text.contains("docker") || text.contains("containerd") || text.contains("podman") ||
           text.contains("crio");
  const auto below = [&](std::string_view part) {
    return text.starts_with(part) && (text.size() == part.size() || text[part.size()] == '/');
  };
  if (whole.literal() && std::ranges::any_of(harmless, below)) return false;
  return std::ranges::any_of(trees, is) || std::ranges::any_of(trees, below);
}

bool is_host_option(const Option& option, const Call& call) {
  const std::string_view value = option.value.text();
  if (option.name == "privileged") return true;
  if (option.name == "pid" || option.name == "userns" || option.name == "cgroupns" || option.name == "uts")
    return value == "host";
  if (option.name == "cap-add")
    return !is_one_of(
        value, std::array<std::string_view, 9>{"NET_BIND_SERVICE", "NET_RAW", "CHOWN", "IPC_LOCK", "SYS_NICE",
                                               "NET_ADMIN", "SYS_TIME", "SYS_RESOURCE", "SETUID"});
  if (option.name == "security-opt") return value.contains("unconfined") || value.contains("disable");
  if (option.name == "device")
    return std::ranges::any_of(
        std::array<std::string_view, 13>{"/dev/sd", "/dev/nvme", "/dev/vd", "/dev/xvd", "/dev/hd", "/dev/mem",
                                         "/dev/kmem", "/dev/mapper", "/dev/dm-", "/dev/mmcblk", "/dev/disk",
                                         "/dev/md", "/dev/port"},
        [&](std::string_view disk) { return value.starts_with(disk); });
  if (option.name == "v" || option.name == "volume" || option.name == "mount")
    return holds_host(mount_of(option).host, call);
  return false;
}

/// `word` as the host sees it.
Field on_host(const Field& word, const std::vector<Mount>& mounts) {
  for (const Mount& mount : mounts) {
    const std::string& inside = mount.inside.text();
    if (inside.empty() || !word.known_prefix().starts_with(inside)) continue;
    Field out = mount.host;
    const Field rest = word.substr(inside.size());
    if (rest.empty() || rest.text().starts_with('/') || out.text().ends_with('/')) {
      out.append(rest);
      return out;
    }
  }
  return word;
}

/// The words from the verb on: "run" of "docker --context c container run ...".
Words from_verb(const Call& call, const Options& options, std::string_view group) {
  const bool grouped = known_operand(options, 0) == group;
  return tail(call.words, options.first_operand + (grouped ? 1 : 0));
}

void judge_run(const Call& call, const Options& outer) {
  const Words words = from_verb(call, outer, "container");
  const Options options = read_options(words, 1, run_options, false);
  if (options.unknown) call.does("shell.unknown-option");
  bool host = options.splits;
  std::vector<Mount> mounts;
  for (const Option& option : options.options) {
    host = host || is_host_option(option, call);
    if (option.name == "v" || option.name == "volume" || option.name == "mount")
      mounts.push_back(mount_of(option));
  }
  call.does(host ? "container.host" : "container.change");
  Fields inner;
  if (const Field* entry = options.find("entrypoint"); entry != nullptr && !entry->empty())
    inner.push_back(*entry);
  for (std::size_t i = 1; i < options.operands.size(); ++i)
    inner.push_back(on_host(options.operands[i], mounts));
  // Behind an image that is a program of its own come that program's options.
  if (!inner.empty() && !inner[0].known_prefix().starts_with('-') && known_operand(outer, 0) != "create")
    call.out.runs_elsewhere(inner);
}

/// "--mount" and "-v" of service create and update; "--opt device=" of volume create.
void judge_mounting(const Call& call, const Options& options) {
  bool host = false;
  for (std::size_t i = 1; i < call.words.size(); ++i) {
    const std::string_view text = call.words[i].text();
    for (const std::string_view key : {"source=", "src=", "device="})
      if (text.contains(key)) {
        const Field part = part_after(call.words[i], key);
        host = host || part.opaque() || holds_host(part, call);
      }
  }
  call.does(host || options.splits ? "container.host" : "container.change");
}

void judge_exec(const Call& call, const Options& outer) {
  constexpr OptionTable table{"ditTIl", "euwn", "detach interactive tty privileged no-tty latest sync",
                              "env env-file user workdir detach-keys index preserve-fds timeout"};
  const Words words = from_verb(call, outer, "container");
  const Options options = read_options(words, 1, table, false);
  if (options.unknown) call.does("shell.unknown-option");
  if (options.has("privileged")) call.does("container.host");
  if (options.operands.size() < 2) return call.does("shell.unknown-verb");
  call.out.runs_elsewhere(tail(options.operands, 1));
}

/// docker cp FROM TO: a path of the host has no "name:" before it.
void judge_copy(const Call& call, const Options& options) {
  const std::size_t from = known_operand(options, 0) == "container" ? 2 : 1;
  if (options.operands.size() < from + 2) return;
  const Field& to = options.operands[from + 1];
  reads_file(call, options.operands[from]);
  if (to.text() == "-") return;
  if (to.text().contains(':') && !to.text().starts_with('/')) return call.does("container.change");
  writes_file(call, to, Writing::replace);
}

void judge_compose_down(const Call& call, const Options& options) {
  const bool removes = options.has("v") || options.has("volumes") || options.has("rmi");
  call.does(removes ? "container.remove" : "container.change");
}

constexpr std::array save_effects{OptionEffect{"o output", Value::written}};
constexpr std::array compose_effects{OptionEffect{"o output", Value::written}};
constexpr std::array build_effects{OptionEffect{"iidfile metadata-file", Value::written}};

constexpr std::array compose_verbs{
    Verb{"ps ls images logs top port version events stats volumes help wait", "read"},
    Verb{"config convert", "read", nullptr, compose_effects},
    Verb{"up start restart stop pull create build push unpause pause scale watch kill publish",
         "container.change"},
    Verb{"down", "container.change", judge_compose_down},
    Verb{"rm", "container.remove"},
    Verb{"run", "container.change", judge_run},
    Verb{"exec", "container.change", judge_exec},
    Verb{"cp", "container.change", judge_copy},
    Verb{"attach", "shell.interactive"},
};
constexpr Program compose_row{
    .names = "docker-compose",
    .options =
        {"vadtqVsTiDh", "fpceo",
         "verbose all detach compatibility no-ansi dry-run build force-recreate remove-orphans volumes quiet "
         "no-deps no-build services follow no-color timestamps version wait force stop all-resources",
         "file project-name project-directory profile env-file ansi parallel tail since until timeout scale "
         "log-level host format filter pull rmi output"},
    .any_option = true,
    .shows = "dry-run",
    .verbs = compose_verbs};

void judge_compose(const Call& call, const Options& options) {
  const Words words = tail(call.words, options.first_operand);
  judge_row(compose_row, {"docker-compose", words, call.directory, call.out});
}

constexpr std::array docker_verbs{
    Verb{
        "ps images logs inspect stats top port diff history version info events search wait container/ls "
        "container/list container/ps container/inspect container/logs container/top container/stats "
        "container/port "
        "container/diff container/wait container/exists image/ls image/list image/inspect image/history "
        "image/tree "
        "image/exists volume/ls volume/list volume/inspect network/ls network/list network/inspect system/df "
        "system/info system/events node/ls node/ps node/inspect service/ls service/ps service/logs "
        "service/inspect "
        "stack/ls stack/ps stack/services stack/config context/ls context/show context/inspect plugin/ls "
        "plugin/inspect "
        "manifest/inspect buildx/ls buildx/inspect buildx/du buildx/version buildx/imagetools/inspect "
        "builder/du "
        "config/ls config/inspect secret/ls secret/inspect trust/inspect scout pod/ps pod/ls pod/list "
        "pod/inspect "
        "pod/logs pod/stats pod/top pod/exists healthcheck/run machine/list "
        "machine/ls "
        "machine/inspect machine/info system/connection/list sbom namespace/ls "
        "help volume/exists network/exists healthcheck/*",
        "read"},
    // podman mount NAME mounts; alone it lists.
    Verb{"mount", "read",
         [](const Call& call, const Options& options) {
           if (options.operands.size() > 1 || options.has("a") || options.has("all"))
             call.does("container.change");
         }},
    Verb{"generate/* kube/generate", "read",
         [](const Call& call, const Options& options) {
           if (options.has("f") || options.has("files") || options.has("filename"))
             call.does("fs.write", "writes what it generates");
         }},
    Verb{"start stop restart pause unpause kill pull push tag rename update commit logout load import build "
         "container/start container/stop container/restart container/pause container/unpause container/kill "
         "container/rename container/update container/commit image/pull image/push image/tag image/build "
         "image/load "
         "image/import network/create network/connect "
         "service/scale "
         "service/rollback stack/deploy context/use context/create pod/create pod/start pod/stop pod/restart "
         "pod/pause "
         "pod/unpause pod/kill play/* kube/play kube/apply auto-update init machine/start machine/stop "
         "machine/init buildx/* "
         "builder/* manifest/* trust/* system/migrate checkpoint/* container/checkpoint container/restore "
         "config/create "
         "farm/* unmount umount system/service",
         "container.change", nullptr, build_effects},
    Verb{"service/create service/update volume/create", "container.change", judge_mounting},
    Verb{"run container/run create container/create", "container.change", judge_run},
    Verb{"exec container/exec", "container.change", judge_exec},
    Verb{"compose", "container.change", judge_compose},
    Verb{"cp container/cp", "container.change", judge_copy},
    Verb{"save export image/save container/export volume/export", "read", nullptr, save_effects},
    Verb{"rm rmi container/rm container/prune image/rm image/prune image/remove volume/rm volume/prune "
         "volume/remove "
         "network/rm network/prune network/disconnect network/remove system/prune system/reset builder/prune "
         "buildx/prune "
         "buildx/rm stack/rm service/rm secret/rm config/rm node/rm context/rm plugin/rm pod/rm pod/prune "
         "kube/down "
         "machine/rm stack/down container/cleanup namespace/rm checkpoint/rm volume/reload volume/import",
         "container.remove"},
    Verb{"swarm/* node/*", "cluster.disrupt"},
    Verb{"plugin/*", "container.host"},
    Verb{"login", "account.change"},
    Verb{"secret/create", "key.create"},
    Verb{"attach container/attach machine/ssh", "shell.interactive"},
};
constexpr OptionTable docker_options{
    "DavfqistdPlhn", "HlceuwUpmo",
    "debug tls tlsverify all quiet force volumes no-trunc follow timestamps details size latest no-stream "
    "digests "
    "version help remote tree json",
    "host context config log-level tlscacert tlscert tlskey connection url identity namespace filter format "
    "last output tail since until type time signal root runroot storage-driver address"};

constexpr std::array crictl_verbs{
    Verb{"ps pods images image img inspect inspecti inspectp logs stats statsp info version imagefsinfo i "
         "port-forward-list events metricsp config",
         "read"},
    Verb{"pull start stop stopp update create runp run", "container.change"},
    Verb{"rm rmi rmp checkpoint", "container.remove"},
    Verb{"exec", "container.change", judge_exec},
    Verb{"port-forward", "network.serve"},
    Verb{"attach", "shell.interactive"},
};
constexpr std::array ctr_verbs{
    Verb{"version containers/ls containers/list containers/info c/ls images/ls images/list images/check i/ls "
         "images/mounts "
         "tasks/ls tasks/list tasks/ps tasks/metrics t/ls namespaces/ls namespaces/list ns/ls plugins/ls "
         "plugins/list "
         "snapshots/ls snapshots/list snapshots/usage content/ls info events leases/ls",
         "read"},
    Verb{"images/pull images/tag images/push images/import images/label tasks/start tasks/pause tasks/resume "
         "tasks/kill "
         "i/pull content/fetch t/kill namespaces/create run containers/create images/unmount images/mount",
         "container.change"},
    Verb{"images/export", "fs.write"},
    Verb{"*/rm */remove */delete */del", "container.remove"},
    Verb{"tasks/exec t/exec tasks/attach", "shell.unknown-program"},
};
constexpr std::array buildah_verbs{
    Verb{"images containers inspect ps ls info version manifest/inspect mount list", "read"},
    Verb{"from bud build build-using-dockerfile commit config copy add tag pull push umount unmount "
         "manifest/* login rename",
         "container.change"},
    Verb{"rm rmi delete prune", "container.remove"},
    Verb{"run unshare", "shell.unknown-program"},
};
constexpr std::array skopeo_verbs{
    Verb{"inspect list-tags manifest-digest standalone-verify", "read"},
    Verb{"copy sync login logout standalone-sign", "container.change"},
    Verb{"delete", "container.remove"},
};

constexpr std::array rows{
    Program{.names = "docker podman nerdctl docker.io podman-remote",
            .options = docker_options,
            .any_option = true,
            .verbs = docker_verbs},
    Program{.names = "docker-compose podman-compose",
            .options = compose_row.options,
            .any_option = true,
            .shows = "dry-run",
            .verbs = compose_verbs},
    Program{.names = "crictl",
            .options = {"Dahq", "ritcn", "debug all quiet",
                        "config runtime-endpoint image-endpoint "
                        "timeout name output pod state label tail since"},
            .any_option = true,
            .verbs = crictl_verbs},
    Program{.names = "ctr",
            .options = {"q", "an", "debug quiet", "address namespace timeout connect-timeout"},
            .any_option = true,
            .verbs = ctr_verbs},
    Program{.names = "buildah", .any_option = true, .verbs = buildah_verbs},
    Program{.names = "skopeo",
            .options = {"", "", "debug insecure-policy", "policy tls-verify override-os override-arch"},
            .any_option = true,
            .verbs = skopeo_verbs},
    Program{.names = "grype syft dive ctop", .any_option = true},
    Program{.names = "runc crun", .rule = "container.change", .any_option = true},
    Program{.names = "systemd-nspawn", .rule = "container.host", .any_option = true},
};

}  // namespace

std::span<const Program> container_programs() {
  return rows;
}

}  // namespace mcpssh::guard
