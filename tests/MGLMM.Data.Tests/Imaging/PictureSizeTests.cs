using System.Buffers.Binary;
using MGLMM.Data.Imaging;
using MGLMM.Imaging;

namespace MGLMM.Data.Tests.Imaging;

/// <summary>A picture's size by its headers is that of the decoded picture, wherever the file keeps its EXIF data.</summary>
public sealed class PictureSizeTests
{
    /// <summary>Turned to the right, as a big-endian number of 16 bits.</summary>
    private static readonly byte[] Turned = Exif(6);

    public static TheoryData<string, bool> Files => new()
    {
        { "jpeg", true }, { "jpeg-second-exif", false }, { "png", true }, { "png-behind-pixels", true }, { "webp", true }, { "webp-jpeg-head", true },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_size_is_that_of_the_decoded_picture(string kind, bool isTurned)
    {
        (byte[] plain, byte[] file) = kind switch
        {
            "jpeg" => (Jpeg, Inserted(Jpeg, 2, Segment(Turned))),
            "jpeg-second-exif" => (Jpeg, Inserted(Jpeg, 2, [.. Segment(Exif(1)), .. Segment(Turned)])),
            "png" => (Png, Inserted(Png, 33, Chunk(Turned))),
            "png-behind-pixels" => (Png, Inserted(Png, Png.Length - 12, Chunk(Turned))),
            "webp" => (WebP, InWebP(Turned)),
            _ => (WebP, InWebP([.. "Exif\0\0"u8, .. Turned])),
        };
        using TemporaryFolder folder = new();
        (int Width, int Height) stored = PictureSize.TryRead(folder.Write("plain", plain))!.Value;
        Assert.NotEqual(stored.Width, stored.Height);
        Assert.Equal(isTurned ? (stored.Height, stored.Width) : stored, PictureSize.TryRead(folder.Write("file", file)));
        RgbImage decoded = ImageDecoder.Decode(file);
        Assert.Equal((decoded.Width, decoded.Height), PictureSize.TryRead(folder.PathOf("file")));
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    public void A_file_that_is_cut_off_anywhere_throws_nothing(string kind)
    {
        byte[] file = kind switch { "jpeg" => Inserted(Jpeg, 2, Segment(Turned)), "png" => Inserted(Png, 33, Chunk(Turned)), _ => InWebP(Turned) };
        using TemporaryFolder folder = new();
        (int Width, int Height) whole = PictureSize.TryRead(folder.Write("whole", file))!.Value;
        for (int length = 0; length < Math.Min(file.Length, 700); length += 7)
        {
            Assert.True(PictureSize.TryRead(folder.Write("cut", file[..length])) is not { } size || size == whole || size == (whole.Height, whole.Width));
        }
    }

    private static byte[] Jpeg => ImagingData.Bytes("rgb_420.jpg");

    private static byte[] Png => ImagingData.Bytes("rgb_gamma.png");

    private static byte[] WebP => ImagingData.Bytes("lossless.webp");

    private static byte[] Exif(byte orientation) => [.. "MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];

    private static byte[] Inserted(byte[] file, int at, byte[] bytes) => [.. file[..at], .. bytes, .. file[at..]];

    private static byte[] Segment(byte[] exif) => [0xff, 0xe1, 0, (byte)(exif.Length + 8), .. "Exif\0\0"u8, .. exif];

    /// <summary>Its checksum is wrong, which no reader of this chunk minds.</summary>
    private static byte[] Chunk(byte[] exif) => [0, 0, 0, (byte)exif.Length, .. "eXIf"u8, .. exif, 0, 0, 0, 0];

    /// <summary>In the extended form (VP8X), which alone may hold EXIF data, behind the pixels.</summary>
    private static byte[] InWebP(byte[] exif)
    {
        RgbImage size = ImageDecoder.Decode(WebP);
        byte[] head = [.. "VP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, (byte)(size.Width - 1), 0, 0, (byte)(size.Height - 1), 0, 0];
        byte[] file = [.. WebP[..12], .. head, .. WebP[12..], .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }
}
