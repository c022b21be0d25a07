using System.Buffers;
using System.Buffers.Binary;
using Xunit;

namespace MGLMM.Imaging.Tests;

/// <summary>What all decodes together may take, and how it is counted.</summary>
public sealed class DecodingMemoryTests
{
    [Fact(Timeout = 20_000)]
    public async Task Whoever_does_not_fit_waits_and_nobody_passes_by()
    {
        CancellationToken ending = TestContext.Current.CancellationToken;
        DecodingMemory memory = new(100);
        DecodingMemory.Share first = await memory.TakeAsync(60, ending);
        Task<DecodingMemory.Share> large = memory.TakeAsync(80, ending).AsTask();
        Task<DecodingMemory.Share> small = memory.TakeAsync(30, ending).AsTask();
        Assert.False(large.IsCompleted || small.IsCompleted);
        Assert.Equal(60, memory.Taken);

        first.Dispose();
        first.Dispose();
        using (await large)
        {
            Assert.Equal(80, memory.Taken);
            Assert.False(small.IsCompleted);
        }

        (await small).Dispose();
        Assert.Equal(0, memory.Taken);
    }

    [Fact(Timeout = 20_000)]
    public async Task Who_gives_up_makes_way_for_those_behind()
    {
        DecodingMemory memory = new(100);
        using DecodingMemory.Share first = await memory.TakeAsync(60, TestContext.Current.CancellationToken);
        using CancellationTokenSource stop = new();
        Task<DecodingMemory.Share> large = memory.TakeAsync(80, stop.Token).AsTask();
        Task<DecodingMemory.Share> small = memory.TakeAsync(30, TestContext.Current.CancellationToken).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        (await small).Dispose();
        Assert.Equal(60, memory.Taken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => memory.TakeAsync(1, stop.Token).AsTask());
    }

    [Fact(Timeout = 20_000)]
    public async Task More_than_there_is_goes_alone_and_a_raised_budget_counts_at_once()
    {
        CancellationToken ending = TestContext.Current.CancellationToken;
        DecodingMemory memory = new(100);
        using (await memory.TakeAsync(500, ending))
        {
            Task<DecodingMemory.Share> other = memory.TakeAsync(1, ending).AsTask();
            Assert.False(other.IsCompleted);
            memory.Maximum = 501;
            (await other).Dispose();
        }

        // Without an await too.
        memory.Take(10, ending).Dispose();
        Assert.Equal(0, memory.Taken);
    }

    [Theory]
    [InlineData("rgb_420.jpg", 3)]
    [InlineData("rgb_420_progressive.jpg", 9)]
    [InlineData("exif1.jpg", 3)]
    [InlineData("exif6.jpg", 6)]
    [InlineData("rgb_gamma.png", 7)]
    [InlineData("gray16.png", 7)]
    [InlineData("lossless.webp", 11)]
    [InlineData("lossy.webp", 7)]
    public void Files_are_counted_by_how_they_are_stored(string fileName, int bytesPerPixel)
    {
        byte[] file = ImagingData.Bytes(fileName);
        RgbImage image = ImageDecoder.Decode(file);
        Assert.Equal((long)bytesPerPixel * image.Width * image.Height, ImageDecoder.BytesNeeded(file, null));
    }

    [Theory]
    [InlineData(0, 1, 11)]
    [InlineData(2, 8, 11)]
    [InlineData(2, 16, 13)]
    [InlineData(6, 16, 15)]
    public void An_interlaced_PNG_is_counted_with_the_picture_that_it_is_put_together_in(byte colourType, byte bits, int bytesPerPixel)
    {
        byte[] file = Header(100, colourType, bits, interlaced: true);
        Assert.Equal(bytesPerPixel * 100L * 100, ImageDecoder.BytesNeeded(file, null));
    }

    [Fact]
    public void A_picture_that_would_take_more_than_there_is_is_refused_by_its_header()
    {
        ImageFormatException refused = Assert.Throws<ImageFormatException>(() => ImageDecoder.Decode(Header(9_999, 6, 16, interlaced: true)));
        Assert.True(refused.IsTooLarge);
        Assert.Contains("1,430 MB", refused.Message, StringComparison.Ordinal);
        Assert.Contains("interlacing", refused.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_call_that_is_cancelled_while_it_waits_for_memory_comes_back_and_takes_none()
    {
        DecodingMemory memory = new(1_000_000);
        SkiaImageDecoder decoder = new(memory);
        byte[] file = ImagingData.Bytes("rgb_420.jpg");
        using CancellationTokenSource stop = new();
        Task<DecodedImage> waiting;
        using (await memory.TakeAsync(1_000_000, TestContext.Current.CancellationToken))
        {
            waiting = decoder.DecodeAsync(file, ImageLimits.Default, stop.Token);
            Task<DecodedImage> next = decoder.DecodeAsync(file, ImageLimits.Default, CancellationToken.None);
            Assert.False(waiting.IsCompleted || next.IsCompleted);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            memory.Maximum = 2_000_000;
            Assert.Equal(ImageDecoder.Decode(file).ContentHash, (await next).Pixels.ContentHash);
        }

        SpinWait.SpinUntil(() => memory.Taken == 0, TimeSpan.FromSeconds(10));
        Assert.Equal(0, memory.Taken);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_cancelled_call_returns_at_once_whatever_its_decoder_is_doing()
    {
        using ManualResetEventSlim done = new();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IImageDecoder decoder = new BusyDecoder(begun, done);
        using CancellationTokenSource stop = new();
        Task<DecodedImage> decoding = decoder.DecodeAsync(new byte[1], ImageLimits.Default, stop.Token);
        await begun.Task.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoding);
        done.Set();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_cancelled_call_returns_at_once_and_what_it_left_behind_keeps_its_memory_until_it_ends()
    {
        DecodingMemory memory = new(1_000_000);
        using ManualResetEventSlim done = new();
        using HeldFile file = new(ImagingData.Bytes("rgb_gamma.png"), done);
        using CancellationTokenSource stop = new();
        Task<DecodedImage> decoding = new SkiaImageDecoder(memory).DecodeAsync(file.Memory, ImageLimits.Default, stop.Token);
        await file.Begun.WaitAsync(TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoding);
        Assert.NotEqual(0, memory.Taken);
        done.Set();
        SpinWait.SpinUntil(() => memory.Taken == 0, TimeSpan.FromSeconds(10));
        Assert.Equal(0, memory.Taken);
    }

    [Fact]
    public void A_JPEG_is_left_between_rows()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => ImageDecoder.DecodeWithShare(ImagingData.Bytes("rgb_420.jpg"), null, stop.Token));
    }

    /// <summary>A PNG's beginning: as much as its size is read from.</summary>
    private static byte[] Header(int side, byte colourType, byte bits, bool interlaced)
    {
        byte[] file = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 0, 0, 0, 0, 0, bits, colourType, 0, 0, interlaced ? (byte)1 : (byte)0, 0, 0, 0, 0, 0, 0, 0, 0, .. "IDAT"u8, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), side);
        uint crc = uint.MaxValue;
        foreach (byte value in file.AsSpan(12, 17))
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), ~crc);
        return file;
    }

    /// <summary>A file whose header is read at once, and its pixels once that is allowed.</summary>
    private sealed class HeldFile(byte[] bytes, ManualResetEventSlim allowed) : MemoryManager<byte>
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _reads;

        /// <summary>Ends when the pixels are about to be read.</summary>
        public Task Begun => _begun.Task;

        // The base class asks for the bytes to know how many there are.
        public override Memory<byte> Memory => CreateMemory(bytes.Length);

        public override Span<byte> GetSpan()
        {
            if (Interlocked.Increment(ref _reads) > 1)
            {
                _begun.TrySetResult();
                allowed.Wait(CancellationToken.None);
            }

            return bytes;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    /// <summary>Ends when it is told to, and hears of no cancellation.</summary>
    private sealed class BusyDecoder(TaskCompletionSource begun, ManualResetEventSlim done) : IImageDecoder
    {
        public DecodedImage Decode(ReadOnlySpan<byte> file, ImageLimits limits, CancellationToken cancellationToken = default)
        {
            begun.SetResult();
            done.Wait(CancellationToken.None);
            return new DecodedImage(RgbImage.FromPixels(new byte[3], 1, 1), "raw");
        }
    }
}
