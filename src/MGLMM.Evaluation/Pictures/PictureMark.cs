namespace MGLMM.Evaluation.Pictures;

/// <summary>What pictures that are drawn of samples say of themselves, so that they are known again: a chunk of text, which every reader of PNG passes over.</summary>
internal static class PictureMark
{
    /// <summary>Of a PNG file: its signature and the chunk with its size, which come first.</summary>
    private const int Head = 8 + 12 + 13;

    /// <summary>The chunk behind the head: its length, its type, what it says, and the checksum of these two.</summary>
    private static readonly byte[] Chunk = [0, 0, 0, 27, .. "tEXtSoftware\0mglmm segcap sheet"u8, 0xCE, 0x34, 0xD4, 0x8B];

    /// <summary>A PNG file with the mark.</summary>
    public static byte[] Mark(byte[] picture) => [.. picture.AsSpan(0, Head), .. Chunk, .. picture.AsSpan(Head)];

    /// <summary>Whether there is a file with the mark.</summary>
    public static bool IsIn(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        byte[] begin = new byte[Head + Chunk.Length];
        using FileStream file = File.OpenRead(path);
        return file.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length && begin.AsSpan(Head).SequenceEqual(Chunk);
    }
}
