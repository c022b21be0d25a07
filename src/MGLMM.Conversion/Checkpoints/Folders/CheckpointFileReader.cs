using System.Buffers.Binary;
using MGLMM.Conversion.Checkpoints.Safetensors;
using MGLMM.Conversion.Checkpoints.Torch;

namespace MGLMM.Conversion.Checkpoints.Folders;

/// <summary>Tells the formats of checkpoint files apart by their first bytes, because names do not: <c>.bin</c> may be anything.</summary>
internal static class CheckpointFileReader
{
    private const int TarMagicOffset = 257;
    private const int SniffedBytes = TarMagicOffset + 5;

    /// <summary>PROTO 2 and the start of torch's magic number 0x1950a86a20f9469cfc6c as a LONG1.</summary>
    private static ReadOnlySpan<byte> LegacyMagic => [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C];

    /// <summary>Reads the headers of a file of any supported format.</summary>
    /// <exception cref="CheckpointFormatException">The file is of another format, or damaged.</exception>
    public static CheckpointFileContents Read(MappedFile file)
    {
        Span<byte> start = stackalloc byte[SniffedBytes];
        start = start[..(int)Math.Min(file.Length, SniffedBytes)];
        file.Read(0, start);
        if (start.StartsWith("PK\u0003\u0004"u8) || start.StartsWith("PK\u0005\u0006"u8))
        {
            return TorchZipReader.Read(file, PickleLimits.Default);
        }

        // Before the other formats: a header of 640 bytes begins as a pickle of protocol 2 does.
        if (LooksLikeSafetensors(file, start))
        {
            return SafetensorsReader.Read(file);
        }

        RefuseKnownStrangers(file, start);
        if (Path.GetExtension(file.Name).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            return SafetensorsReader.Read(file);
        }

        throw new CheckpointFormatException(
            file.Name,
            "It is neither a safetensors file nor a PyTorch zip file. " + CheckpointFormatException.FetchAgainAdvice + " Or: " + CheckpointFormatException.ResaveRecipe);
    }

    private static bool LooksLikeSafetensors(MappedFile file, ReadOnlySpan<byte> start) =>
        start.Length > 8 && start[8] == (byte)'{' && BinaryPrimitives.ReadUInt64LittleEndian(start) <= (ulong)file.Length;

    private static void RefuseKnownStrangers(MappedFile file, ReadOnlySpan<byte> start)
    {
        string? stranger = ForeignFile.Describe(start);
        if (start.StartsWith("GGUF"u8))
        {
            stranger = "It is a GGUF file; those hold quantised weights under other names. Take the original Hugging Face checkpoint.";
        }
        else if (start.Length > 4 && start[0] == 0x89 && start[1..].StartsWith("HDF"u8))
        {
            stranger = "It is an HDF5 (TensorFlow) file. Take the PyTorch or safetensors files of the same model.";
        }
        else if (start.StartsWith(LegacyMagic) || (start.Length > 2 && start[0] == (byte)PickleOpcode.Proto && start[1] is > 0 and <= 5
            && !file.Name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)))
        {
            stranger = "It is in PyTorch's old format from before 1.6 (a bare pickle, not a zip file), which is not read. In Python: " +
                "torch.save(torch.load(path, map_location=\"cpu\"), path) rewrites it; load only files that you trust. " + CheckpointFormatException.ResaveRecipe;
        }
        else if (start.Length == SniffedBytes && start[TarMagicOffset..].SequenceEqual("ustar"u8))
        {
            stranger = "It is in PyTorch's oldest format (a tar file), which is not read. In Python: " +
                "torch.save(torch.load(path, map_location=\"cpu\"), path) rewrites it; load only files that you trust. " + CheckpointFormatException.ResaveRecipe;
        }

        if (stranger is not null)
        {
            throw new CheckpointFormatException(file.Name, stranger);
        }
    }
}
