// Kubernetes and other clusters.
#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.hpp"
#include "guard/effects/files.hpp"
#include "guard/programs/judging.hpp"
#include "guard/programs/program.hpp"
#include "guard/shell/words.hpp"

namespace mcpssh::guard {
namespace {

using Value = OptionEffect::Value;

bool names_secret(const Options& options) {
  return std::ranges::any_of(options.operands, [](const Field& operand) {
    for (const std::string_view one : base::split(operand.text(), ','))
      if (one == "secret" || one == "secrets" || one.starts_with("secret/") || one.starts_with("secrets/") ||
          one.starts_with("secret."))
        return true;
    return false;
  });
}

void judge_get(const Call& call, const Options& options) {
  const Field* raw = options.find("raw");
  if (names_secret(options) || (raw != nullptr && raw->text().contains("secret"))) call.does("secret.read");
}

void judge_apply(const Call& call, const Options& options) {
  if (options.has("prune") || options.has("force")) return call.does("cluster.remove");
  for (const std::string_view name : {"f", "filename", "k", "kustomize"})
    if (const Field* file = options.find(name); file != nullptr && file->text().contains("://"))
      return call.does("cluster.disrupt", "applies what lies at an address");
  call.does("cluster.change");
}

/// create role, rolebinding, token ...: who may do what.
void judge_create(const Call& call, const Options& options) {
  constexpr std::array<std::string_view, 9> rights{
      "role",  "rolebinding", "clusterrole", "clusterrolebinding", "serviceaccount", "sa",
      "token", "user",        "identity"};
  if (is_one_of(known_operand(options, 1), rights)) return call.does("account.change");
  judge_apply(call, options);
}

/// Whether a patch, as JSON or YAML, scales to nothing, closes a node, gives a pod the host, or takes
/// something away.
bool disrupts(const Field& patch) {
  std::string plain;
  std::ranges::copy_if(patch.text(), std::back_inserter(plain),
                       [](char c) { return !std::string_view(" \t\n\"'").contains(c); });
  constexpr std::array<std::string_view, 11> grave{
      "replicas:0",      "replicas,value:0", "unschedulable:true", "privileged:true",
      "hostPath:",       "hostPID:true",     "hostIPC:true",       "hostNetwork:true",
      "finalizers:null", "finalizers:[]",    "op:remove"};
  return plain.contains("$patch:delete") ||
         std::ranges::any_of(grave, [&](std::string_view one) { return plain.contains(one); });
}

/// set subject, patch clusterrolebinding: who may do what; everything else is an ordinary change.
void judge_change(const Call& call, const Options& options) {
  for (std::size_t i = 0; i < options.operands.size(); ++i) {
    const std::string_view text = options.operands[i].text();
    if ((i == 1 && text == "subject") ||
        (i == 1 && text.starts_with("role") && !text.starts_with("rollout")) ||
        (i == 1 && text.starts_with("clusterrole")))
      return call.does("account.change");
  }
  const bool patch = known_operand(options, 0) == "patch";
  call.does(patch && std::ranges::any_of(call.words, disrupts) ? "cluster.disrupt" : "cluster.change");
}

void judge_scale(const Call& call, const Options& options) {
  const Field* count = options.find("replicas");
  const bool nothing =
      count != nullptr && (count->opaque() || count->text().find_first_not_of("0+-") == std::string::npos);
  call.does(nothing ? "cluster.disrupt" : "cluster.change");
}

/// kubectl exec POD [-c C] -- COMMAND; before "--" became a must the command stood behind the pod.
void judge_exec(const Call& call, const Options& options) {
  for (std::size_t i = options.first_operand; i < call.words.size(); ++i)
    if (call.words[i].literal() && call.words[i].text() == "--")
      return call.out.runs_elsewhere(tail(call.words, i + 1));
  if (options.operands.size() < 3) return call.does("shell.interactive");
  call.out.runs_elsewhere(tail(options.operands, 2));
}

void judge_copy(const Call& call, const Options& options) {
  if (options.operands.size() < 3) return;
  if (options.operands[2].text().contains(':')) return call.does("cluster.change");
  writes_file(call, options.operands[2], Writing::replace);
}

void judge_run(const Call& call, const Options& options) {
  const bool host = options.has("privileged") || options.has("overrides");
  call.does(host ? "container.host" : "cluster.change");
  for (std::size_t i = options.first_operand; i < call.words.size(); ++i)
    if (call.words[i].literal() && call.words[i].text() == "--" && i + 1 < call.words.size())
      return call.out.runs_elsewhere(tail(call.words, i + 1));
}

constexpr OptionTable kube_options{
    "AwRhitqv", "nlofcLksv",
    "all-namespaces watch recursive no-headers show-labels show-kind watch-only previous follow timestamps "
    "all-containers "
    "prefix ignore-not-found wait now force all dry-run server-side force-conflicts prune overwrite "
    "ignore-daemonsets "
    "delete-emptydir-data delete-local-data disable-eviction record save-config stdin tty quiet containers "
    "sum raw "
    "insecure-skip-tls-verify warnings-as-errors allow-missing-template-keys minify flatten help client "
    "show-managed-fields cascade atomic reuse-values reset-values create-namespace install debug devel "
    "wait-for-jobs no-hooks keep-history disable-openapi-validation skip-crds hide-notes "
    "render-subchart-notes "
    "dependency-update deployed failed pending superseded uninstalled uninstalling short output-watch-events "
    "local list",
    "namespace context cluster user server kubeconfig as as-group as-uid token request-timeout cache-dir "
    "certificate-authority client-certificate client-key tls-server-name selector output filename container "
    "field-selector sort-by label-columns tail since since-time replicas current-replicas type patch "
    "patch-file image port "
    "target-port template grace-period timeout kustomize field-manager chunk-size subresource profile min "
    "max "
    "cpu-percent name protocol revision to-revision for resource-version overrides restart env labels limits "
    "requests "
    "kube-context kube-token kube-apiserver values set set-string set-file set-json version repo username "
    "password "
    "description history-max registry-config repository-config repository-cache post-renderer-args max "
    "filter "
    "post-renderer output-directory output-dir pod-selector limit-bytes max-log-requests from-literal "
    "from-file"};

constexpr std::array dump_effects{OptionEffect{"output-directory output-dir", Value::written}};
constexpr std::array kubectl_verbs{
    Verb{"get", "read", judge_get},
    Verb{"describe logs log top explain api-resources api-versions version diff auth/can-i "
         "auth/whoami "
         "config/current-context config/get-contexts config/get-clusters config/get-users "
         "rollout/status "
         "rollout/history plugin/list wait events kustomize completion options help status projects whoami "
         "adm/top adm/release/info adm/node-logs adm/policy/who-can image/info krew/list krew/search tree "
         "neat ns ctx",
         "read"},
    Verb{"cluster-info", "read", nullptr, dump_effects},
    Verb{"config/view", "read",
         [](const Call& call, const Options& options) {
           if (options.has("raw")) call.does("secret.read");
         }},
    Verb{"apply", "cluster.change", judge_apply},
    Verb{"create new-app new-project new-build", "cluster.change", judge_create},
    Verb{"scale autoscale", "cluster.change", judge_scale},
    Verb{"set annotate label patch", "cluster.change", judge_change},
    Verb{"expose rollout/restart rollout/pause rollout/resume uncordon "
         "config/use-context config/set-context config/rename-context project rollout/latest start-build "
         "import-image tag "
         "adm/uncordon process",
         "cluster.change"},
    Verb{"run", "cluster.change", judge_run},
    Verb{"exec rsh", "cluster.change", judge_exec},
    Verb{"cp rsync", "cluster.change", judge_copy},
    Verb{"drain cordon taint rollout/undo replace adm/drain adm/cordon adm/taint config/* adm/upgrade adm/* "
         "idle cancel-build "
         "rollout/cancel krew/*",
         "cluster.disrupt"},
    Verb{"delete adm/prune config/delete-*", "cluster.remove"},
    Verb{"edit attach", "shell.interactive"},
    Verb{"debug", "container.host"},
    Verb{"port-forward proxy", "network.serve"},
    Verb{"certificate/* auth/reconcile login logout policy/* adm/policy/* adm/groups/* adm/create-* "
         "serviceaccounts",
         "account.change"},
    Verb{"extract", "secret.read"},
};

constexpr std::array helm_effects{OptionEffect{"post-renderer", Value::code}};
constexpr std::array helm_verbs{
    Verb{"list ls status get get/* history hist search search/* show show/* inspect inspect/* lint "
         "version env "
         "repo/list repo/ls dependency/list dep/list plugin/list verify diff diff/* registry/status",
         "read"},
    Verb{"template", "read", nullptr, dump_effects},
    Verb{"install upgrade repo/update repo/add test push dependency/update dependency/build dep/up "
         "dep/update dep/build "
         "registry/login registry/logout",
         "cluster.change"},
    Verb{"pull fetch package create repo/index", "fs.write"},
    Verb{"rollback repo/remove repo/rm", "cluster.disrupt"},
    Verb{"uninstall delete del un", "cluster.remove"},
    Verb{"plugin/*", "shell.opaque-code"},
};

/// k3s kubectl ..., microk8s kubectl ..., minikube kubectl -- ...
void judge_carrier(const Call& call, const Options& options) {
  Fields words = copy_of(tail(call.words, options.first_operand));
  if (words.size() > 1 && words[1].literal() && words[1].text() == "--") words.erase(words.begin() + 1);
  call.out.runs(words);
}

constexpr std::array k3s_verbs{
    Verb{"kubectl crictl ctr helm helm3", "read", judge_carrier},
    Verb{"check-config completion version status inspect etcd-snapshot/ls etcd-snapshot/list token/list "
         "secrets-encrypt/status profile/list ip logs service addons/list node/list image/ls dashboard-url "
         "config",
         "read"},
    Verb{"start stop enable disable refresh-certs etcd-snapshot/save etcd-snapshot addons/* pause unpause "
         "cache image/* "
         "profile update-context docker-env podman-env",
         "cluster.change"},
    Verb{"delete reset uninstall kill etcd-snapshot/delete etcd-snapshot/prune", "cluster.remove"},
    Verb{"server agent add-node remove-node leave join token/* secrets-encrypt/* certificate/* node/* *",
         "cluster.disrupt"},
    Verb{"ssh", "shell.interactive"},
    Verb{"tunnel mount", "network.serve"},
};
constexpr std::array kubeadm_verbs{
    Verb{"version config/print config/images/list config/view upgrade/plan upgrade/diff "
         "certs/check-expiration "
         "config/validate",
         "read"},
    Verb{"token/list", "secret.read"},
    Verb{"config/images/pull certs/renew config/migrate", "cluster.change"},
    Verb{"init join upgrade/* certs/* token/* kubeconfig/* alpha/* config/*", "cluster.disrupt"},
    Verb{"reset", "cluster.remove"},
};
constexpr std::array kind_verbs{
    Verb{"get/* cluster/list node/list registry/list image/list version get list check logs tree trace stats "
         "events diff "
         "app/get app/list app/diff app/history app/resources app/logs app/manifests cluster/get proj/list "
         "proj/get repo/list "
         "repo/get context account/list proxy-status ps proxy-config pc analyze x/describe x/describe/* "
         "describe validate status "
         "backup/get "
         "backup/describe backup/logs restore/get restore/describe schedule/get profile",
         "read"},
    Verb{"create/* cluster/create cluster/start cluster/stop load/* image/import reconcile/* suspend/* "
         "resume/* "
         "app/sync app/refresh app/wait app/create app/set backup/create schedule/create export/* "
         "bootstrap/* install upgrade "
         "node/create kubeconfig/*",
         "cluster.change"},
    Verb{"app/rollback app/terminate-op app/patch restore/create repo/* proj/* cluster/add push/* pull/*",
         "cluster.disrupt"},
    Verb{"delete/* cluster/delete app/delete x/uninstall uninstall node/delete cluster/rm backup/delete "
         "schedule/delete "
         "restore/delete "
         "registry/delete",
         "cluster.remove"},
    Verb{"account/* login logout", "account.change"},
};

constexpr std::array nomad_verbs{
    Verb{
        "status job/status job/inspect job/history job/plan job/validate job/deployments job/allocs plan "
        "inspect validate "
        "node/status alloc/status alloc/logs alloc/fs logs server/members version agent-info deployment/list "
        "deployment/status eval/status eval/list monitor operator/raft/list-peers namespace/list "
        "namespace/status "
        "volume/status ui acl/token/self",
        "read"},
    Verb{"run job/run job/dispatch job/periodic job/restart alloc/restart alloc/signal deployment/promote "
         "job/scale volume/register "
         "volume/create deployment/resume",
         "cluster.change"},
    Verb{"stop job/stop alloc/stop node/drain node/eligibility deployment/fail deployment/pause job/revert "
         "server/* "
         "operator/* system/* node/*",
         "cluster.disrupt"},
    Verb{"job/purge volume/delete volume/deregister namespace/delete var/purge quota/delete",
         "cluster.remove"},
    Verb{"alloc/exec exec", "cluster.change",
         [](const Call& call, const Options& options) {
           const std::size_t from = known_operand(options, 0) == "alloc" ? 3 : 2;
           if (options.operands.size() <= from) return call.does("shell.interactive");
           call.out.runs_elsewhere(tail(options.operands, from));
         }},
    Verb{"acl/* var/put login", "account.change"},
    Verb{"var/get", "secret.read"},
};
constexpr std::array pcs_verbs{
    Verb{"status status/* config cluster/status resource/status resource/show resource/config stonith/status "
         "constraint "
         "constraint/show quorum/status property/show node/attribute show",
         "read"},
    Verb{
        "resource/cleanup resource/refresh resource/enable node/unstandby cluster/start resource/debug-start "
        "property/set resource/create",
        "cluster.change"},
    Verb{"resource/delete constraint/remove constraint/delete cluster/destroy stonith/delete resource/remove",
         "cluster.remove"},
    Verb{"resource/* cluster/* node/* stonith/* constraint/* quorum/* configure configure/*",
         "cluster.disrupt"},
};

constexpr std::array slurm_verbs{
    Verb{"show ping", "read"},
    Verb{"update hold release requeue suspend resume reconfigure", "cluster.change"},
    Verb{"*", "cluster.disrupt"}};

constexpr std::array crm_effects{OptionEffect{"E external-agent", OptionEffect::Value::code},
                                 OptionEffect{"h as-html", Value::written}};

constexpr std::array kustomize_verbs{Verb{"build version cfg completion help", "read"},
                                     Verb{"edit create localize fn", "fs.write"}};
constexpr std::array kubeseal_effects{OptionEffect{"w sealed-secret-file", Value::written},
                                      OptionEffect{"recovery-unseal", Value::nothing, "secret.read"}};

constexpr std::array rows{
    Program{.names = "kubectl oc kubecolor",
            .options = kube_options,
            .any_option = true,
            .shows = "dry-run",
            .verbs = kubectl_verbs},
    Program{.names = "helm helm3 helmfile",
            .options = kube_options,
            .any_option = true,
            .shows = "dry-run",
            .verbs = helm_verbs,
            .option_effects = helm_effects},
    Program{.names = "stern kubetail kail popeye kube-linter kubeval kubeconform kube-score pluto "
                     "kubectl-neat jsonnet",
            .any_option = true},
    Program{.names = "kustomize", .any_option = true, .verbs = kustomize_verbs},
    Program{.names = "kubeseal",
            .options = {"", "fwns", "",
                        "format sealed-secret-file secret-file cert namespace scope controller-name "
                        "controller-namespace context name from-file"},
            .any_option = true,
            .option_effects = kubeseal_effects},
    Program{.names = "kubectx kubens", .any_option = true, .otherwise = "cluster.change", .most_operands = 0},
    Program{.names = "k9s lens", .rule = "shell.interactive", .any_option = true},
    Program{.names = "k3s microk8s minikube rke2 k0s",
            .options = {"", "p", "", "profile data-dir config"},
            .any_option = true,
            .verbs = k3s_verbs},
    Program{
        .names = "k3s-uninstall.sh k3s-killall.sh k3s-agent-uninstall.sh rke2-uninstall.sh rke2-killall.sh",
        .rule = "cluster.remove",
        .any_option = true},
    Program{.names = "kubeadm",
            .options = {"v", "", "dry-run yes force", "config kubeconfig"},
            .any_option = true,
            .shows = "dry-run",
            .verbs = kubeadm_verbs},
    Program{.names = "kind k3d argocd flux istioctl linkerd cilium velero",
            .options = {"Anw", "nlo", "all-namespaces watch",
                        "namespace context kubeconfig name selector output server auth-token"},
            .any_option = true,
            .shows = "dry-run",
            .verbs = kind_verbs},
    Program{.names = "nomad",
            .options = {"", "", "t verbose json", "address region namespace token"},
            .any_option = true,
            .verbs = nomad_verbs},
    Program{.names = "pcs crmsh",
            .options = {"", "f", "full force", "wait"},
            .any_option = true,
            .verbs = pcs_verbs},
    Program{.names = "crm_mon",
            .options = {"1nrAfcDsVRjtLXN", "ioEeph", "one-shot", "interval external-agent output-to as-html"},
            .any_option = true,
            .option_effects = crm_effects},
    Program{.names = "corosync-quorumtool crm_verify crm_simulate sinfo squeue sacct sstat "
                     "sprio sshare qstat qhost pbsnodes bjobs bhosts condor_q condor_status",
            .any_option = true},
    Program{.names =
                "crm crm_resource crm_node crm_attribute cibadmin stonith_admin fence_tool corosync-cfgtool "
                "pacemakerd fence_ipmilan fence_virsh",
            .rule = "cluster.disrupt",
            .any_option = true},
    Program{
        .names = "sbatch srun qsub condor_submit bsub salloc", .rule = "shell.script", .any_option = true},
    Program{.names = "scancel qdel condor_rm bkill", .rule = "cluster.remove", .any_option = true},
    Program{.names = "scontrol sacctmgr", .any_option = true, .verbs = slurm_verbs},
};

}  // namespace

std::span<const Program> cluster_programs() {
  return rows;
}

}  // namespace mcpssh::guard
