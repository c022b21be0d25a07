using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Streaming;

/// <summary>What a conversion will read and write, found out from headers alone.</summary>
/// <param name="Reads">Every read of a tensor, part by part and in order; a tensor that two parts use is there twice.</param>
/// <param name="BundleBytes">The bundle's size, but for what is small.</param>
internal sealed record ConversionPlan(IReadOnlyList<(string Part, CheckpointTensor Tensor)> Reads, long BundleBytes)
{
    /// <summary>Weights to read in all.</summary>
    public long ElementCount => Reads.Sum(read => read.Tensor.ElementCount);

    /// <summary>
    /// The files that hold what is read, in the order in which they are best fetched: what one part needs first comes first, so that little has to wait
    /// on the disk for its turn. A file that nothing is read from is not among them.
    /// </summary>
    /// <param name="leading">The part whose order counts most, because it reads most.</param>
    public IReadOnlyList<MappedFile> FilesInOrder(string leading)
    {
        HashSet<MappedFile> whole = Reads.Where(read => read.Part != leading).GroupBy(read => read.Tensor.File).Select(group => group.Key).ToHashSet();
        List<MappedFile> led = Reads.Where(read => read.Part == leading).Select(read => read.Tensor.File).Distinct().ToList();

        // Files of another checkpoint (the vision tower) go first: their part is done when they are there.
        return [.. whole.Except(led).OrderBy(file => file.Name, StringComparer.Ordinal), .. led];
    }

    /// <summary>
    /// The most bytes that have to be carried along when each of the files is deleted as soon as no part can go on: what has arrived and is still to be read.
    /// </summary>
    public long LargestCarry(IReadOnlyList<MappedFile> filesInOrder)
    {
        CheckpointTensor[][] parts = Reads.GroupBy(read => read.Part).Select(group => group.Select(read => read.Tensor).ToArray()).ToArray();
        int[] next = new int[parts.Length];
        HashSet<MappedFile> arrived = new();
        long largest = 0L;
        foreach (MappedFile file in filesInOrder)
        {
            arrived.Add(file);
            HashSet<CheckpointTensor> waiting = new();
            for (int part = 0; part < parts.Length; part++)
            {
                while (next[part] < parts[part].Length && arrived.Contains(parts[part][next[part]].File))
                {
                    next[part]++;
                }

                waiting.UnionWith(parts[part].Skip(next[part]).Where(tensor => arrived.Contains(tensor.File)));
            }

            largest = Math.Max(largest, waiting.Sum(tensor => tensor.Extent.Length));
        }

        return largest;
    }
}
