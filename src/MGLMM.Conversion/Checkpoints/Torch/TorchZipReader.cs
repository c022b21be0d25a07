using System.Text;

namespace MGLMM.Conversion.Checkpoints.Torch;

/// <summary>
/// Reads what <c>torch.save</c> of PyTorch 1.6 or newer writes: a zip file with <c>&lt;root&gt;/data.pkl</c> and one stored
/// entry <c>&lt;root&gt;/data/&lt;key&gt;</c> per storage.
/// </summary>
internal static class TorchZipReader
{
    /// <summary>
    /// The most elements of a tensor whose elements share storage places (an expanded tensor). Its size is not bounded
    /// by the file's, and a hostile file must not make a converter allocate what no file holds.
    /// </summary>
    private const long MaximumExpandedElements = 1 << 24;

    private const int MaximumWrappers = 4;

    /// <summary>Keys under which training scripts wrap a state dict, the most telling first.</summary>
    private static readonly string[] WrapperKeys = ["state_dict", "model_state_dict", "module", "model"];

    /// <summary>Reads the headers; the tensors stay in the file.</summary>
    /// <exception cref="CheckpointFormatException">The file is damaged, hostile, or holds more than tensors can be rebuilt from.</exception>
    public static CheckpointFileContents Read(MappedFile file, PickleLimits limits)
    {
        StoredZipDirectory zip = StoredZipDirectory.Read(file);
        StoredZipEntry pickleEntry = FindPickle(zip, file.Name);
        string root = pickleEntry.Name[..(pickleEntry.Name.IndexOf('/') + 1)];
        CheckRoot(zip, root, file.Name);
        CheckByteOrder(zip, root, file);
        if (pickleEntry.Length > limits.Length)
        {
            throw new CheckpointFormatException(
                file.Name, $"Its data.pkl has {pickleEntry.Length} bytes; a state dict needs at most {limits.Length}. {CheckpointFormatException.ResaveRecipe}");
        }

        byte[] pickle = new byte[pickleEntry.Length];
        file.Read(pickleEntry.Offset, pickle);
        object value = PickleInterpreter.Interpret(pickle, file.Name, limits);
        List<IgnoredEntry> ignored = [];
        PickleDictionary stateDict = Unwrap(value, file.Name, ignored, out string prefix);

        List<CheckpointTensor> tensors = [];
        foreach ((string name, object entry) in stateDict.Entries)
        {
            if (entry is TorchTensor tensor)
            {
                tensors.Add(Place(name, tensor, zip, root, file));
            }
            else
            {
                ignored.Add(new IgnoredEntry(file.Name, prefix + name, PickleInterpreter.Name(entry)));
            }
        }

        ListOtherKeys(stateDict, prefix, file.Name, ignored);
        return new CheckpointFileContents(tensors, ignored);
    }

    private static StoredZipEntry FindPickle(StoredZipDirectory zip, string fileName)
    {
        StoredZipEntry? found = null;
        foreach (StoredZipEntry entry in zip.Entries.Values)
        {
            int slash = entry.Name.IndexOf('/');
            if (slash > 0 && entry.Name.AsSpan(slash).SequenceEqual("/data.pkl"))
            {
                found = found is null
                    ? entry
                    : throw new CheckpointFormatException(fileName, $"It holds two data.pkl files; PyTorch writes one. {CheckpointFormatException.ResaveRecipe}");
            }
        }

        return found ?? throw new CheckpointFormatException(
            fileName, $"It is a zip file without a data.pkl, so torch.save did not write it. {CheckpointFormatException.ResaveRecipe}");
    }

    private static void CheckRoot(StoredZipDirectory zip, string root, string fileName)
    {
        foreach (string name in zip.Entries.Keys)
        {
            if (!name.StartsWith(root, StringComparison.Ordinal))
            {
                throw new CheckpointFormatException(
                    fileName,
                    $"Its zip entry {CheckpointFormatException.Quote(name)} lies outside the archive's own folder {CheckpointFormatException.Quote(root)}; " +
                    $"PyTorch writes nothing there. {CheckpointFormatException.ResaveRecipe}");
            }
        }
    }

    private static void CheckByteOrder(StoredZipDirectory zip, string root, MappedFile file)
    {
        if (!zip.Entries.TryGetValue(root + "byteorder", out StoredZipEntry? entry))
        {
            return;
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..(int)Math.Min(entry.Length, bytes.Length)];
        file.Read(entry.Offset, bytes);
        if (entry.Length > bytes.Length || !bytes.SequenceEqual("little"u8))
        {
            throw new CheckpointFormatException(
                file.Name,
                $"Its byte order is {CheckpointFormatException.Quote(Encoding.Latin1.GetString(bytes))}; only little-endian files are read. " +
                "Re-save it on an ordinary (little-endian) computer. " + CheckpointFormatException.ResaveRecipe);
        }
    }

    private static PickleDictionary Unwrap(object value, string fileName, List<IgnoredEntry> ignored, out string prefix)
    {
        prefix = string.Empty;
        for (int wrappers = 0; ; wrappers++)
        {
            if (value is not PickleDictionary dictionary)
            {
                throw new CheckpointFormatException(
                    fileName, $"It holds {PickleInterpreter.Name(value)} where a state dict is expected. {CheckpointFormatException.ResaveRecipe}");
            }

            string? wrapperKey = WrapperKeys.FirstOrDefault(key => dictionary.Entries.GetValueOrDefault(key) is PickleDictionary);
            int tensors = TensorCount(dictionary);

            // A training script may keep a score or a step as a tensor beside the state dict: the larger of the two is the state dict.
            if (tensors > 0 && (wrapperKey is null || tensors >= MostTensors((PickleDictionary)dictionary.Entries[wrapperKey], MaximumWrappers)))
            {
                return dictionary;
            }

            if (wrapperKey is null || wrappers == MaximumWrappers)
            {
                throw new CheckpointFormatException(
                    fileName,
                    $"It holds a dictionary without tensors (keys: {string.Join(", ", dictionary.Entries.Keys.Take(8).Select(CheckpointFormatException.Quote))}). " +
                    CheckpointFormatException.ResaveRecipe);
            }

            foreach ((string key, object entry) in dictionary.Entries)
            {
                if (key != wrapperKey)
                {
                    ignored.Add(new IgnoredEntry(fileName, prefix + key, PickleInterpreter.Name(entry)));
                }
            }

            ListOtherKeys(dictionary, prefix, fileName, ignored);
            prefix += wrapperKey + "/";
            value = dictionary.Entries[wrapperKey];
        }
    }

    private static int TensorCount(PickleDictionary dictionary) => dictionary.Entries.Values.Count(entry => entry is TorchTensor);

    /// <summary>The most tensors that one dictionary holds, among this one and those that its wrapper keys lead to.</summary>
    private static int MostTensors(PickleDictionary dictionary, int depth) => depth == 0
        ? TensorCount(dictionary)
        : WrapperKeys
            .Select(key => dictionary.Entries.GetValueOrDefault(key))
            .OfType<PickleDictionary>()
            .Aggregate(TensorCount(dictionary), (most, inner) => Math.Max(most, MostTensors(inner, depth - 1)));

    private static void ListOtherKeys(PickleDictionary dictionary, string prefix, string fileName, List<IgnoredEntry> ignored)
    {
        if (dictionary.OtherKeyCount > 0)
        {
            ignored.Add(new IgnoredEntry(fileName, prefix + "*", $"{dictionary.OtherKeyCount} entries whose keys are not text"));
        }
    }

    private static CheckpointTensor Place(string name, TorchTensor tensor, StoredZipDirectory zip, string root, MappedFile file)
    {
        TorchStorage storage = tensor.Storage;
        if (!zip.Entries.TryGetValue($"{root}data/{storage.Key}", out StoredZipEntry? entry))
        {
            throw Damaged($"its storage {CheckpointFormatException.Quote(storage.Key)} is not in the archive");
        }

        int elementSize = storage.Kind.ByteSize();
        if (storage.ElementCount < 0 || entry.Length % elementSize != 0 || entry.Length / elementSize != storage.ElementCount)
        {
            throw Damaged($"its storage {CheckpointFormatException.Quote(storage.Key)} has {entry.Length} bytes instead of {storage.ElementCount} elements of {elementSize} bytes");
        }

        if (TensorLayout.TryCreate(tensor.Shape, tensor.Strides, rowMajor: false, out string problem) is not TensorLayout layout)
        {
            throw Damaged(problem);
        }

        if (tensor.Offset < 0 || tensor.Offset > storage.ElementCount || layout.Span > storage.ElementCount - tensor.Offset)
        {
            throw Damaged($"it reaches beyond the {storage.ElementCount} elements of its storage");
        }

        if (layout.ElementCount > Math.Max(layout.Span, MaximumExpandedElements))
        {
            throw new CheckpointFormatException(
                file.Name,
                $"Tensor {CheckpointFormatException.Quote(name)} is expanded from {layout.Span} to {layout.ElementCount} elements. " +
                "Make it contiguous before saving: tensor.contiguous(). " + CheckpointFormatException.ResaveRecipe);
        }

        return new CheckpointTensor(name, storage.Kind, layout, file, entry.Offset + (tensor.Offset * elementSize));

        CheckpointFormatException Damaged(string problem) => new(
            file.Name, $"Tensor {CheckpointFormatException.Quote(name)} is broken: {problem}. {CheckpointFormatException.FetchAgainAdvice}");
    }
}
