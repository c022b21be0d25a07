using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Bundles;

/// <summary>
/// Graphs of a bundle as they are once loaded, in files that are mapped into memory. They lie beside the bundle, in a folder for each kind of processor and
/// version of ONNX Runtime, and stand for the bundle's own as long as no file's length or time has changed. Immutable.
/// </summary>
internal sealed partial class PackedGraphs
{
    private const int FormatVersion = 3;

    private const string StampFile = "packed.json";

    private readonly string _folder;
    private readonly HashSet<string> _sources;
    private readonly HashSet<string> _ownProducts;

    private PackedGraphs(string folder, PackedStamp stamp, Predicate<int> computes)
    {
        _folder = folder;
        _sources = [.. stamp.Sources.Select(source => source.Path)];
        _ownProducts = [.. stamp.OwnProducts.Keys];
        LeftOut = [.. stamp.OwnProducts.Where(graph => !computes(graph.Value)).Select(graph => graph.Key)];
        foreach (string graph in LeftOut)
        {
            _sources.Remove(graph);
            _sources.Remove(graph + ".data");
        }
    }

    /// <summary>Graphs whose packed form calls for what this process does not compute: they have none here.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    /// <summary>What this processor and this version of ONNX Runtime are called.</summary>
    public static string Machine { get; } = NameMachine();

    /// <summary>Where the packed graphs of a bundle lie.</summary>
    public static string FolderOf(string bundleFolder) => Path.Combine(Path.TrimEndingDirectorySeparator(Path.GetFullPath(bundleFolder)) + ".packed", Machine);

    /// <summary>The packed graphs of a bundle for this machine; null where there are none or where they are of another state of the bundle.</summary>
    /// <param name="bundleFolder">The bundle.</param>
    /// <param name="computes">Whether this process computes the engine's own products with weights of so many bits, which some of them may call for.</param>
    public static PackedGraphs? Find(string bundleFolder, Predicate<int> computes)
    {
        try
        {
            string folder = FolderOf(bundleFolder);
            string path = Path.Combine(folder, StampFile);
            if (!File.Exists(path) || JsonSerializer.Deserialize(File.ReadAllBytes(path), PackedJson.Default.PackedStamp) is not { Version: FormatVersion } stamp)
            {
                return null;
            }

            bool holds = stamp.Sources.All(source => source.IsIn(bundleFolder)) && stamp.Files.All(file => file.IsIn(folder));
            return holds ? new PackedGraphs(folder, stamp, computes) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether there are packed graphs for this machine, usable or not.</summary>
    public static bool IsLeft(string bundleFolder)
    {
        try
        {
            return File.Exists(Path.Combine(FolderOf(bundleFolder), StampFile));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The packed form of a graph; null where it has none.</summary>
    public string? PathOf(string graph) => _sources.Contains(graph) ? Path.Combine(_folder, graph) : null;

    /// <summary>Whether a packed graph calls for products of the engine's own, and is yet to be optimised.</summary>
    public bool HasOwnProducts(string graph) => _ownProducts.Contains(graph);

    /// <summary>Whether a file of the bundle is not read, since a packed one stands for it.</summary>
    public bool Stands(string relativePath) => _sources.Contains(relativePath);

    /// <summary>Writes what says that a folder holds the packed form of some graphs of a bundle.</summary>
    /// <param name="folder">Where the packed form lies.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="graphs">Its graphs that were packed.</param>
    /// <param name="ownProducts">Those of them that call for products of the engine's own, and the most bits that a weight of these has.</param>
    public static void Seal(string folder, ModelBundle bundle, IEnumerable<string> graphs, IReadOnlyDictionary<string, int> ownProducts)
    {
        string[] sources = [.. graphs.SelectMany(graph => new[] { graph, graph + ".data" }).Where(path => File.Exists(bundle.PathOf(path))), BundleManifest.FileName];
        PackedStamp stamp = new(
            FormatVersion,
            [.. sources.Select(path => PackedFile.Of(bundle.Folder, path))],
            [.. Directory.EnumerateFiles(folder).Select(path => PackedFile.Of(folder, Path.GetFileName(path)))],
            ownProducts);
        File.WriteAllBytes(Path.Combine(folder, StampFile), JsonSerializer.SerializeToUtf8Bytes(stamp, PackedJson.Default.PackedStamp));
    }

    /// <summary>What macOS calls the processor, such as "Apple M4"; nothing where it does not say.</summary>
    private static string BrandOnMac()
    {
        try
        {
            byte[] name = new byte[256];
            nuint length = (nuint)name.Length;
            return SystemValue("machdep.cpu.brand_string", name, ref length, 0, 0) == 0 ? Encoding.UTF8.GetString(name.AsSpan(0, (int)length).TrimEnd((byte)0)) : string.Empty;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return string.Empty;
        }
    }

    [LibraryImport("libc", EntryPoint = "sysctlbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SystemValue(string name, byte[] value, ref nuint length, nint newValue, nuint newLength);

    private static string NameMachine()
    {
        StringBuilder processor = new();
        const string Linux = "/proc/cpuinfo";
        if (File.Exists(Linux))
        {
            // The model and what it can do, of the first processor.
            string[] telling = ["model name", "flags", "Features", "CPU implementer", "CPU part"];
            foreach (string line in File.ReadLines(Linux).TakeWhile(line => line.Length > 0).Where(line => telling.Any(name => line.StartsWith(name, StringComparison.Ordinal))))
            {
                processor.AppendLine(line);
            }
        }

        if (OperatingSystem.IsMacOS())
        {
            processor.Append(BrandOnMac());
        }

        processor.Append(Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER"));
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(processor.ToString())))[..12];
        return string.Create(CultureInfo.InvariantCulture, $"{RuntimeInformation.RuntimeIdentifier}-onnxruntime-{OrtEnv.Instance().GetVersionString()}-{hash}");
    }
}

/// <summary>Says of which files packed graphs were made, and what was made.</summary>
/// <param name="Version">Of this form.</param>
/// <param name="Sources">Files of the bundle.</param>
/// <param name="Files">The packed files.</param>
/// <param name="OwnProducts">Graphs among them that call for products of the engine's own, and the most bits that a weight of these has.</param>
internal sealed record PackedStamp(int Version, IReadOnlyList<PackedFile> Sources, IReadOnlyList<PackedFile> Files, IReadOnlyDictionary<string, int> OwnProducts);

/// <summary>A file as it was.</summary>
/// <param name="Path">Relative to its folder.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Modified">When it was last written, in ticks of UTC.</param>
internal sealed record PackedFile(string Path, long Length, long Modified)
{
    public static PackedFile Of(string folder, string path)
    {
        FileInfo file = new(System.IO.Path.Combine(folder, path));
        return new PackedFile(path, file.Length, file.LastWriteTimeUtc.Ticks);
    }

    /// <summary>Whether the file lies in a folder as it was, and is no link.</summary>
    public bool IsIn(string folder)
    {
        FileInfo file = new(System.IO.Path.Combine(folder, Path));
        return file is { Exists: true, LinkTarget: null } && file.Length == Length && file.LastWriteTimeUtc.Ticks == Modified;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(PackedStamp))]
internal sealed partial class PackedJson : JsonSerializerContext;
