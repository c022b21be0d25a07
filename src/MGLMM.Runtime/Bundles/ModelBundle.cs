using System.Security.Cryptography;
using System.Text.Json;

namespace MGLMM.Runtime.Bundles;

/// <summary>
/// A verified bundle folder: the manifest and the paths of its files. Opening checks the manifest's form, that every file is
/// inside the folder, is no link, has its length and (unless switched off) its SHA-256, and that the graphs take and give what the
/// manifest says and read weights from listed files only. Immutable; thread-safe.
/// </summary>
public sealed class ModelBundle
{
    private const long MegaByte = 1_000_000;

    private const long MaximumManifestBytes = 4 << 20;

    /// <summary>Graphs of another model differ in everything; the first differences tell.</summary>
    private const int MostGraphFaults = 8;

    private ModelBundle(string folder, BundleManifest manifest, string fingerprint)
    {
        Folder = folder;
        Manifest = manifest;
        Fingerprint = fingerprint;
    }

    /// <summary>The bundle's folder, as a full path.</summary>
    public string Folder { get; }

    /// <summary>What the manifest says.</summary>
    public BundleManifest Manifest { get; }

    /// <summary>The SHA-256 of the manifest as it was read. It holds the hash of every other file, so that no two bundles have the same.</summary>
    internal string Fingerprint { get; }

    /// <summary>Opens and verifies a bundle.</summary>
    /// <param name="folder">The folder that holds <c>mglmm-bundle.json</c>.</param>
    /// <param name="verifyHashes">False skips the SHA-256 of the files: for folders that only trusted hands can write.</param>
    /// <param name="cancellationToken">Observed between and within files.</param>
    /// <exception cref="BundleException">Something is wrong; each fault is named.</exception>
    public static ModelBundle Open(string folder, bool verifyHashes = true, CancellationToken cancellationToken = default) =>
        Open(folder, verifyHashes ? _ => true : _ => false, null, cancellationToken);

    /// <summary>Opens a bundle and verifies the SHA-256 of some of its files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="verifies">Whether the SHA-256 of a file is checked, by its path in the manifest.</param>
    /// <param name="progress">Told how many bytes were read.</param>
    /// <param name="cancellationToken">Observed between and within files.</param>
    internal static ModelBundle Open(string folder, Func<string, bool> verifies, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        folder = Path.GetFullPath(folder);
        string path = Path.Combine(folder, BundleManifest.FileName);
        if (!File.Exists(path))
        {
            throw new BundleException(
                $"There is no '{BundleManifest.FileName}' in '{folder}'. A bundle is made with 'mglmm convert <checkpoint> --vision-tower <dir> --output <bundle>'.");
        }

        (BundleManifest manifest, string fingerprint) = ReadManifest(folder, path);
        List<string> faults = ManifestRules.Check(manifest).ToList();
        if (faults.Count == 0)
        {
            faults.AddRange(CheckFiles(folder, manifest, verifies, progress, cancellationToken));
        }

        if (faults.Count == 0)
        {
            faults.AddRange(GraphRules.Check(folder, manifest).Take(MostGraphFaults));
        }

        return faults.Count == 0 ? new ModelBundle(folder, manifest, fingerprint) : throw new BundleException(folder, faults);
    }

    /// <summary>The full path of one of the bundle's files.</summary>
    /// <param name="relativePath">As the manifest names it.</param>
    public string PathOf(string relativePath) => Path.Combine(Folder, relativePath.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>
    /// Looks whether the bundle that was opened still lies in its folder. Whoever reads files of it later asks this before and behind that: another bundle may have taken its place, and
    /// weights of both would make one model.
    /// </summary>
    /// <exception cref="BundleException">Another one does, or none.</exception>
    internal void RequireUnchanged()
    {
        byte[] bytes;
        try
        {
            bytes = ReadManifestBytes(Folder, PathOf(BundleManifest.FileName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"The bundle '{Folder}' cannot be read any more, though some of it is still to be loaded: {exception.Message}", exception);
        }

        if (FingerprintOf(bytes) != Fingerprint)
        {
            throw new BundleException($"The bundle '{Folder}' was replaced since it was opened. What is still to be loaded of it would be another's: start the program again, so that it takes the one that is there now.");
        }
    }

    /// <summary>The paths that a folder's manifest lists, without any check of the files themselves.</summary>
    /// <exception cref="BundleException">There is no manifest that can be read.</exception>
    internal static IReadOnlySet<string> ListedFiles(string folder)
    {
        string path = Path.Combine(folder, BundleManifest.FileName);
        return File.Exists(path)
            ? ReadManifest(folder, path).Manifest.Files.Where(file => file is not null).Select(file => file.Path).ToHashSet(StringComparer.Ordinal)
            : throw new BundleException($"There is no '{BundleManifest.FileName}' in '{folder}'.");
    }

    /// <summary>Writes a manifest, with the length and hash of every file that lies in the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="manifest">The manifest without its files.</param>
    /// <param name="hashes">The SHA-256 of files whose writer has counted it along.</param>
    /// <param name="cancellationToken">Observed within files.</param>
    internal static BundleManifest Seal(string folder, BundleManifest manifest, IReadOnlyDictionary<string, string> hashes, CancellationToken cancellationToken)
    {
        List<BundleFile> files = new();
        foreach (string? path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string relative = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (relative != BundleManifest.FileName)
            {
                files.Add(new BundleFile(relative, new FileInfo(path).Length, hashes.GetValueOrDefault(relative) ?? Hash(path, cancellationToken)));
            }
        }

        BundleManifest sealedManifest = manifest with { Files = files };
        File.WriteAllText(
            Path.Combine(folder, BundleManifest.FileName), JsonSerializer.Serialize(sealedManifest, BundleJson.Default.BundleManifest) + "\n");
        return sealedManifest;
    }

    private static (BundleManifest Manifest, string Fingerprint) ReadManifest(string folder, string path)
    {
        try
        {
            byte[] bytes = ReadManifestBytes(folder, path);
            CheckVersion(folder, bytes);
            BundleManifest manifest = JsonSerializer.Deserialize(bytes, BundleJson.Default.BundleManifest)
                ?? throw new BundleException(folder, [$"'{BundleManifest.FileName}' holds null."]);
            return (manifest, FingerprintOf(bytes));
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new BundleException(
                $"The bundle '{folder}' cannot be used: '{BundleManifest.FileName}' is not a valid manifest: {exception.Message} Convert the checkpoint again, or take the version of this program that wrote it.", exception);
        }
    }

    private static byte[] ReadManifestBytes(string folder, string path)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null)
        {
            throw new BundleException(folder, [$"'{BundleManifest.FileName}' is a link."]);
        }

        if (file.Length is < 1 or > MaximumManifestBytes)
        {
            // A pipe or device has no length and would never end.
            throw new BundleException(folder, [$"'{BundleManifest.FileName}' has {file.Length} bytes; from 1 to {MaximumManifestBytes} are read."]);
        }

        return File.ReadAllBytes(path);
    }

    private static string FingerprintOf(byte[] manifest) => Convert.ToHexStringLower(SHA256.HashData(manifest));

    /// <summary>Another version is named as such before its unknown members are complained about.</summary>
    private static void CheckVersion(string folder, byte[] bytes)
    {
        using JsonDocument document = JsonDocument.Parse(bytes);
        if (document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("format_version", out JsonElement version)
            && version.ValueKind == JsonValueKind.Number
            && version.TryGetInt32(out int number)
            && number != BundleManifest.CurrentFormatVersion)
        {
            throw new BundleException(folder, [$"Its format version is {number}; this program reads version {BundleManifest.CurrentFormatVersion}{(number > BundleManifest.CurrentFormatVersion ? "; a newer one wrote it" : "")}."]);
        }
    }

    private static IEnumerable<string> CheckFiles(
        string folder, BundleManifest manifest, Func<string, bool> verifies, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        long total = manifest.Files.Where(file => verifies(file.Path)).Sum(file => file.Length);
        long done = 0;
        foreach (BundleFile file in manifest.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = Path.Combine(folder, file.Path.Replace('/', Path.DirectorySeparatorChar));
            string? fault = FindLink(folder, file.Path);
            if (fault is null)
            {
                FileInfo information = new(path);
                if (!information.Exists)
                {
                    fault = $"File '{file.Path}' is missing.";
                }
                else if (information.Length != file.Length)
                {
                    fault = $"File '{file.Path}' has {information.Length} bytes instead of {file.Length}.";
                }
                else if (verifies(file.Path) && !Hash(path, cancellationToken, read => progress?.Report(new WorkProgress("checking the bundle's files", (done += read) / MegaByte, total / MegaByte, "MB"))).Equals(file.Sha256, StringComparison.Ordinal))
                {
                    fault = $"File '{file.Path}' does not have the SHA-256 that the manifest states.";
                }
            }

            if (fault is not null)
            {
                yield return fault;
            }
        }
    }

    /// <summary>Looks for a symbolic link or junction on the way from the folder to the file.</summary>
    private static string? FindLink(string folder, string relativePath)
    {
        string current = folder;
        foreach (string segment in relativePath.Split('/'))
        {
            current = Path.Combine(current, segment);
            FileSystemInfo information = Directory.Exists(current) ? new DirectoryInfo(current) : new FileInfo(current);
            if (information.Exists && information.LinkTarget is not null)
            {
                return $"File '{relativePath}' is reached through a link, which a bundle may not hold.";
            }
        }

        return null;
    }

    private static string Hash(string path, CancellationToken cancellationToken, Action<int>? onRead = null)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(1 << 20);
        int read;
        while ((read = stream.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            onRead?.Invoke(read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
