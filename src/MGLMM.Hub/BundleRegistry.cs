using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Hub;

/// <summary>
/// Which bundles were made of which models, so that <c>org/name</c> can stand where a bundle's folder is wanted. A small file per model in
/// <see cref="HubSettings.BundlesFolder"/>; bundles that were moved or deleted, or in whose folder another one lies now, are passed over. Not thread-safe.
/// </summary>
public sealed class BundleRegistry(HubSettings settings)
{
    private const string FileName = "pulls.json";

    private const int ShortCommit = 7;

    /// <summary>Finds a bundle by its folder, or by the model that it was made of.</summary>
    /// <param name="model">A folder, or <c>org/name[@revision]</c>; a folder of that name comes first.</param>
    /// <param name="settings">Where bundles are kept; from the environment by default.</param>
    /// <returns>The folder. That a bundle is in it is not checked.</returns>
    /// <exception cref="HubException">It is neither.</exception>
    public static string Resolve(string model, HubSettings? settings = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        if (Directory.Exists(model) || !HubModel.TryParse(model, out HubModel? name))
        {
            return model;
        }

        PulledBundle[] pulled = [.. new BundleRegistry(settings ?? HubSettings.FromEnvironment()).PulledOf(name)];
        if (pulled.LastOrDefault(IsThere) is { } there)
        {
            return there.Folder;
        }

        throw new HubException(HubProblem.NotFound, pulled.LastOrDefault(HasBundle) is { } replaced
            ? $"Another bundle than the one that was pulled of '{model}' lies in '{replaced.Folder}' now. Name that folder, or pull again with --force: mglmm pull {model} --force"
            : $"'{model}' is no folder here, and no model of that name was pulled. Fetch and convert it with: mglmm pull {model}");
    }

    /// <summary>Every bundle that is still there, the newest of each model first.</summary>
    public IReadOnlyList<PulledBundle> List() => Directory.Exists(settings.BundlesFolder)
        ? [.. Directory.EnumerateDirectories(settings.BundlesFolder).Order(StringComparer.Ordinal).SelectMany(folder => Read(Path.Combine(folder, FileName)).Where(IsThere).Reverse())]
        : [];

    /// <summary>The newest bundle of a model; of that revision or commit, where one is named. Null where there is none.</summary>
    public PulledBundle? Find(HubModel model) => PulledOf(model).LastOrDefault(IsThere);

    /// <summary>Where bundles of a model go that are given no place of their own.</summary>
    internal string FolderOf(HubModel model) => Path.Combine(settings.BundlesFolder, model.Id.Replace("/", "--", StringComparison.Ordinal));

    /// <summary>
    /// Writes a bundle down that is in its folder or about to be put there. The one that lies there until then stays in the list, known by its manifest: whether the
    /// new one comes, cannot be put there or is put there by a later start only, the list holds the one that is there.
    /// </summary>
    internal void Add(PulledBundle bundle)
    {
        string path = PathOf(new HubModel(bundle.Model, null));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PulledBundle[] all = [.. Read(path).Select(Kept).OfType<PulledBundle>(), bundle];
        string partial = $"{path}.{Environment.ProcessId}.partial";
        File.WriteAllBytes(partial, JsonSerializer.SerializeToUtf8Bytes(all, BundleRegistryJson.Default.PulledBundleArray));
        File.Move(partial, path, overwrite: true);

        PulledBundle? Kept(PulledBundle other) => other.Folder != bundle.Folder
            ? other
            : IsThere(other) && ManifestOf(other.Folder) is { } manifest && manifest != bundle.Manifest ? other with { Manifest = manifest } : null;
    }

    /// <summary>The hash by which the bundle in a folder is known.</summary>
    internal static string ManifestOf(string folder) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, BundleManifest.FileName))));

    private static bool IsThere(PulledBundle bundle) => HasBundle(bundle) && (bundle.Manifest is null || bundle.Manifest == ManifestOf(bundle.Folder));

    /// <summary>Whether any bundle lies in its folder.</summary>
    private static bool HasBundle(PulledBundle bundle) => File.Exists(Path.Combine(bundle.Folder, BundleManifest.FileName));

    /// <summary>The list's bundles of a model, the newest last, whatever lies in their folders now.</summary>
    private IEnumerable<PulledBundle> PulledOf(HubModel model) => Read(PathOf(model)).Where(bundle =>
        bundle.Model == model.Id
        && (model.Revision is null || bundle.Revision == model.Revision || (model.Revision.Length >= ShortCommit && bundle.Commit.StartsWith(model.Revision, StringComparison.OrdinalIgnoreCase))));

    private static PulledBundle[] Read(string path)
    {
        const int LongestFile = 4 << 20;
        if (LinkedFile.Follow(path) is not { Exists: true, Length: < LongestFile })
        {
            return [];
        }

        try
        {
            return [.. (JsonSerializer.Deserialize(File.ReadAllBytes(path), BundleRegistryJson.Default.PulledBundleArray) ?? []).Where(bundle => bundle is { Model: not null, Folder: not null, Commit: not null })];
        }
        catch (JsonException exception)
        {
            throw new HubException(HubProblem.BadRequest, $"'{path}' is damaged: {exception.Message} Delete it; the bundles stay usable by their folders.", exception);
        }
    }

    private string PathOf(HubModel model) => Path.Combine(FolderOf(model), FileName);
}

/// <summary>Source-generated JSON for the registry.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PulledBundle[]))]
internal sealed partial class BundleRegistryJson : JsonSerializerContext;
