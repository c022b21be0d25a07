using System.Buffers.Binary;
using Xunit;

namespace MGLMM.Imaging.Tests;

/// <summary>
/// An orientation counts however it is stored. Which of these OpenCV 4.6 and Pillow 9.4 turn as well was measured on the same bytes; the remarks of
/// <see cref="ImageDecoder"/> say so.
/// </summary>
public sealed class ExifOrientationTests
{
    private const int Byte = 1, Short = 3, Long = 4, SignedShort = 8, SignedLong = 9;

    public static TheoryData<bool, int> Kinds
    {
        get
        {
            TheoryData<bool, int> kinds = new();
            foreach (bool little in (bool[])[true, false])
            {
                foreach (int type in (int[])[Byte, Short, Long, SignedShort, SignedLong])
                {
                    kinds.Add(little, type);
                }
            }

            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whole_numbers_of_any_size_count_in_all_formats(bool little, int type)
    {
        byte[] exif = Exif(little, type, 6);
        foreach ((byte[] file, byte[] plain) in ((byte[], byte[])[])
        [
            (InJpeg(exif), ImagingData.Bytes("rgb_420.jpg")),
            (InWebP(exif), ImagingData.Bytes("lossless.webp")),
            (InWebP([.. "Exif\0\0"u8, .. exif]), ImagingData.Bytes("lossless.webp")),
            (InPng(exif), ImagingData.Bytes("rgb_gamma.png")),
        ])
        {
            AssertTurned(plain, file);
        }
    }

    [Fact]
    public void It_counts_behind_other_segments_and_the_first_one_does()
    {
        byte[] plain = ImagingData.Bytes("rgb_420.jpg");
        byte[] xmp = [.. "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"u8];
        (byte[] upright, byte[] turned) = (Exif(true, Short, 1), Exif(true, Short, 6));
        AssertTurned(plain, Insert(plain, 2, [.. Segment(0xE1, xmp), .. ExifSegment(turned)]));
        AssertTurned(plain, Insert(plain, 2, [.. Segment(0xFE, [1, 2, 3]), 0xFF, .. ExifSegment(turned)]));
        AssertTurned(plain, Insert(plain, 2, [.. ExifSegment(turned), .. ExifSegment(upright)]));
        AssertUpright(plain, Insert(plain, 2, [.. ExifSegment(upright), .. ExifSegment(turned)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(255)]
    public void What_is_no_orientation_turns_nothing(int value)
    {
        byte[] plain = ImagingData.Bytes("rgb_420.jpg");
        AssertUpright(plain, InJpeg(Exif(true, Byte, value)));
        AssertUpright(plain, InJpeg(Exif(false, Long, value)));
        AssertUpright(plain, InJpeg(Exif(true, 2, 6))); // text
        AssertUpright(plain, InJpeg(Exif(true, 5, 6))); // a fraction
        for (int length = 0; length < 26; length++)
        {
            AssertUpright(plain, InJpeg(Exif(true, Long, 6)[..Math.Min(length, 20)]));
        }
    }

    private static void AssertTurned(byte[] plain, byte[] file)
    {
        (RgbImage shown, RgbImage stored) = (ImageDecoder.Decode(file), ImageDecoder.Decode(plain));
        Assert.Equal((stored.Height, stored.Width), (shown.Width, shown.Height));
        for (int y = 0; y < shown.Height; y++)
        {
            for (int x = 0; x < shown.Width; x++)
            {
                // Orientation 6: turned to the right, so the shown top left corner is the stored bottom left one.
                (int from, int to) = (((((stored.Height - 1 - x) * stored.Width) + y) * 3), ((y * shown.Width) + x) * 3);
                Assert.True(stored.Pixels.Slice(from, 3).SequenceEqual(shown.Pixels.Slice(to, 3)));
            }
        }
    }

    private static void AssertUpright(byte[] plain, byte[] file) => Assert.Equal(ImageDecoder.Decode(plain).ContentHash, ImageDecoder.Decode(file).ContentHash);

    private static byte[] Exif(bool little, int type, int value)
    {
        byte[] exif = new byte[26];
        (little ? "II"u8 : "MM"u8).CopyTo(exif);
        Short16(2, 42);
        Long32(4, 8);
        Short16(8, 1);
        Short16(10, 0x0112);
        Short16(12, type);
        Long32(14, 1);
        switch (type)
        {
            case Byte:
                exif[18] = (byte)value;
                break;
            case Short or SignedShort:
                Short16(18, value);
                break;
            default:
                Long32(18, value);
                break;
        }

        return exif;

        void Short16(int at, int number)
        {
            if (little)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(exif.AsSpan(at), (ushort)number);
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(exif.AsSpan(at), (ushort)number);
            }
        }

        void Long32(int at, int number)
        {
            if (little)
            {
                BinaryPrimitives.WriteInt32LittleEndian(exif.AsSpan(at), number);
            }
            else
            {
                BinaryPrimitives.WriteInt32BigEndian(exif.AsSpan(at), number);
            }
        }
    }

    private static byte[] InJpeg(byte[] exif) => Insert(ImagingData.Bytes("rgb_420.jpg"), 2, ExifSegment(exif));

    private static byte[] ExifSegment(byte[] exif) => Segment(0xE1, [.. "Exif\0\0"u8, .. exif]);

    private static byte[] Segment(byte marker, byte[] content) => [0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content];

    /// <summary>Makes the extended form (VP8X), which alone may hold Exif.</summary>
    private static byte[] InWebP(byte[] exif)
    {
        byte[] plain = ImagingData.Bytes("lossless.webp");
        RgbImage size = ImageDecoder.Decode(plain);
        byte[] head = [.. "VP8X"u8, 10, 0, 0, 0, 0x08, 0, 0, 0, .. Three(size.Width - 1), .. Three(size.Height - 1)];
        byte[] chunk = [.. "EXIF"u8, (byte)exif.Length, (byte)(exif.Length >> 8), 0, 0, .. exif, .. new byte[exif.Length & 1]];
        byte[] file = [.. plain[..12], .. head, .. plain[12..], .. chunk];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;

        static byte[] Three(int number) => [(byte)number, (byte)(number >> 8), (byte)(number >> 16)];
    }

    private static byte[] InPng(byte[] exif)
    {
        byte[] named = [.. "eXIf"u8, .. exif];
        byte[] chunk = new byte[exif.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, exif.Length);
        named.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(exif.Length + 8), Crc(named));
        return Insert(ImagingData.Bytes("rgb_gamma.png"), 33, chunk);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }

    private static byte[] Insert(byte[] file, int at, byte[] more) => [.. file[..at], .. more, .. file[at..]];
}
