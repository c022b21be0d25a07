using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Kernels;

namespace MGLMM.Runtime;

/// <summary>
/// Keeps the weights of a bundle beside it as they are once loaded, so that later loads need not fold and pack them. The files are mapped into memory: processes
/// share them, and the system can drop them. They belong to one kind of processor and one version of ONNX Runtime, in whose name their folder lies under
/// <c>&lt;bundle&gt;.packed</c>; another machine makes its own, and a bundle that has changed is loaded as it is.
/// </summary>
public static class PackedWeights
{
    /// <summary>Graphs with fewer bytes of weights load at once anyway.</summary>
    private const long LeastBytes = 32L << 20;

    /// <summary>The stored form, in fp32, and its packed form; of 4-bit and 8-bit weights both are of that size.</summary>
    private const int FoldGrowth = 4;

    private const double QuantizedGrowth = 2.6;

    /// <summary>Writes the packed weights of a bundle that is laid out for the CPU, in the place of those that are there.</summary>
    /// <param name="bundleFolder">The bundle.</param>
    /// <param name="progress">Told of each stage.</param>
    /// <param name="cancellationToken">Observed between the graphs; nothing is left behind.</param>
    /// <returns>Where they lie, and how many bytes they take; 0 where every graph is too small to gain.</returns>
    /// <exception cref="BundleException">The bundle cannot be used, or is laid out for CUDA.</exception>
    /// <exception cref="IOException">There is too little room, or the folder beside the bundle cannot be written.</exception>
    public static (string Folder, long Bytes) Write(string bundleFolder, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Write(bundleFolder, LeastBytes, progress, cancellationToken);

    /// <inheritdoc cref="Write(string, IProgress{WorkProgress}?, CancellationToken)"/>
    /// <param name="bundleFolder">The bundle.</param>
    /// <param name="leastBytes">Graphs with fewer bytes of weights are left as they are.</param>
    /// <param name="progress">Told of each stage.</param>
    /// <param name="cancellationToken">Observed between the graphs; nothing is left behind.</param>
    internal static (string Folder, long Bytes) Write(string bundleFolder, long leastBytes, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        ModelBundle bundle = ModelBundle.Open(bundleFolder, _ => true, progress, cancellationToken);
        BundleManifest manifest = bundle.Manifest;
        if (manifest.Accelerator != "cpu")
        {
            throw new BundleException($"The bundle '{bundle.Folder}' is laid out for {manifest.Accelerator}; only what runs on the CPU is packed.");
        }

        string folder = PackedGraphs.FolderOf(bundle.Folder);
        string[] graphs = [.. new[] { manifest.GlobalEncoder.Graph, manifest.Decoder.Graph, manifest.GroundingEncoder.Graph, manifest.MaskDecoder.Graph }
            .Where(graph => ModelSessions.WeightBytes(bundle, graph) >= leastBytes)];
        if (graphs.Length == 0)
        {
            return (folder, 0);
        }

        RequireRoom(bundle, graphs);
        string unfinished = $"{folder}.{Guid.NewGuid():N}.unfinished";
        Directory.CreateDirectory(unfinished);
        try
        {
            Dictionary<string, int> ownProducts = [];
            for (int index = 0; index < graphs.Length; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(new WorkProgress($"packing {Path.GetFileNameWithoutExtension(graphs[index])}", index, graphs.Length, "graphs"));
                string target = Path.Combine(unfinished, graphs[index]);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                if (ModelSessions.Pack(bundle, graphs[index], target, cancellationToken) is { } bits)
                {
                    ownProducts.Add(graphs[index], bits);
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            PackedGraphs.Seal(unfinished, bundle, graphs, ownProducts);

            // The seal names the files that lie there now; what was packed must be of these.
            bundle.RequireUnchanged();
            Exchange(unfinished, folder);
        }
        finally
        {
            FolderExchange.TryDelete(unfinished);
        }

        progress?.Report(new WorkProgress("packed", graphs.Length, graphs.Length, "graphs"));
        return (folder, new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length));
    }

    /// <summary>Puts packed weights where others may be, which stay where that fails.</summary>
    /// <exception cref="IOException">They cannot be put there.</exception>
    internal static void Exchange(string finished, string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                FolderExchange.Replace(finished, folder, $"{folder}.{Guid.NewGuid():N}.replaced");
            }
            else
            {
                Directory.Move(finished, folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The packed weights cannot be put at '{folder}': {exception.Message} Where a process has the ones that are there loaded, stop it and pack again.", exception);
        }
    }

    private static void RequireRoom(ModelBundle bundle, IEnumerable<string> graphs)
    {
        BundleManifest manifest = bundle.Manifest;
        double needed = graphs.Sum(graph => ModelSessions.WeightBytes(bundle, graph) * Growth(graph));
        long free;
        try
        {
            free = new DriveInfo(bundle.Folder).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Where nobody says how much is free, the disk will.
            return;
        }

        if (free < needed)
        {
            throw new IOException(FormattableString.Invariant($"Packing takes up to {needed / 1e9:N1} GB beside the bundle, and {free / 1e9:N1} GB are free there. Make room, or move the bundle to another disk."));
        }

        double Growth(string graph) =>
            BlockGraph.Fits(bundle.PathOf(graph)) ? BlockGraph.Growth
            : manifest.Precision is "int4" or "int8" && graph == manifest.Decoder.Graph ? QuantizedGrowth
            : FoldGrowth;
    }
}
