using System.Buffers.Binary;

namespace MGLMM.Imaging.ImageSharp;

/// <summary>How many pictures a file has, by a walk over its blocks: before any of them is decoded.</summary>
internal static class AnimationFrames
{
    public static int Count(ReadOnlySpan<byte> file, ImageFormats format) => format switch
    {
        ImageFormats.Gif => OfGif(file),
        ImageFormats.WebP => OfWebP(file),
        _ => 1,
    };

    private static int OfGif(ReadOnlySpan<byte> file)
    {
        const int HeadLength = 13;
        if (file.Length < HeadLength)
        {
            return 0;
        }

        (int frames, int position) = (0, HeadLength + ColourTable(file[10]));
        while (position < file.Length)
        {
            switch (file[position])
            {
                case 0x2C when position + 9 < file.Length: // a picture: place, colours, code size, data
                    frames++;
                    position = Behind(file, position + 11 + ColourTable(file[position + 9]));
                    break;
                case 0x21: // an extension: its kind, data
                    position = Behind(file, position + 2);
                    break;
                default:
                    return frames;
            }
        }

        return frames;

        static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);
    }

    /// <summary>The place behind a chain of blocks, each with its length before it.</summary>
    private static int Behind(ReadOnlySpan<byte> file, int position)
    {
        while (position < file.Length && file[position] != 0)
        {
            position += 1 + file[position];
        }

        return position + 1;
    }

    private static int OfWebP(ReadOnlySpan<byte> file)
    {
        const int HeadLength = 12;
        const int ChunkHead = 8;
        int frames = 0;
        for (long position = HeadLength; position <= file.Length - ChunkHead;)
        {
            ReadOnlySpan<byte> chunk = file[(int)position..];
            frames += chunk.StartsWith("ANMF"u8) ? 1 : 0;
            long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            position += ChunkHead + length + (length & 1);
        }

        return Math.Max(1, frames);
    }
}
