namespace MGLMM.Imaging;

/// <summary>What format a picture file has, by its first bytes.</summary>
internal static class PictureFormat
{
    public static string NameOf(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) ? "png"
        : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? "jpeg"
        : file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..12].SequenceEqual("WEBP"u8) ? "webp"
        : file.StartsWith("GIF8"u8) ? "gif"
        : file.StartsWith("BM"u8) ? "bmp"
        : "unknown";
}
