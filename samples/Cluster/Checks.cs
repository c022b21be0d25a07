using System.Diagnostics;
using MGLMM.Hosting;
using MGLMM.Imaging;
using MGLMM.Models.Scenes;
using MGLMM.Orleans;
using MGLMM.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace MGLMM.Samples.Cluster;

/// <summary>What a cluster promises, tried on a real one.</summary>
internal static class Checks
{
    private static readonly string[] Questions =
    [
        "Describe the image in detail and segment each object.", "Describe the image.", "Please segment the house in this image.", "How many trees are there?",
    ];

    /// <summary>Each question about each bundled picture, on the cluster and in this process: the same ids and masks.</summary>
    public static async Task<int> EqualityAsync(CancellationToken cancellationToken)
    {
        await using LocalCluster cluster = await LocalCluster.StartAsync(new LocalClusterOptions { IsQuiet = true }, cancellationToken).ConfigureAwait(false);
        using IHost host = Join(cluster);
        await host.StartAsync(cancellationToken).ConfigureAwait(false);
        using ClusterModel there = await ConnectAsync(host, cancellationToken).ConfigureAwait(false);
        using MglmmModel here = MglmmModel.Load(ScenesModel.BundlePath, new ModelOptions { Threads = 1 }, cancellationToken: cancellationToken);
        int different = 0, asked = 0;
        foreach (RgbImage picture in Pictures())
        {
            foreach (string question in Questions)
            {
                GroundedAnswer own = await here.OpenImage(picture).AskAsync(question, cancellationToken: cancellationToken).ConfigureAwait(false);
                IOpenedImage image = await there.OpenImageAsync(picture, cancellationToken).ConfigureAwait(false);
                GroundedAnswer theirs = await image.AskAsync(question, cancellationToken: cancellationToken).ConfigureAwait(false);
                asked++;
                different += Same(own, theirs) ? 0 : 1;
            }
        }

        Console.WriteLine($"{asked} answers of two workers beside those of one process: {different} differ in ids or masks.");
        await host.StopAsync(cancellationToken).ConfigureAwait(false);
        return different == 0 ? 0 : 1;
    }

    /// <summary>Pictures asked again and again: how often each was encoded, with affinity and without, in the same run.</summary>
    public static async Task<int> AffinityAsync(int pictures, int questions, CancellationToken cancellationToken)
    {
        await using LocalCluster cluster = await LocalCluster.StartAsync(new LocalClusterOptions { IsQuiet = true }, cancellationToken).ConfigureAwait(false);
        using IHost host = Join(cluster);
        await host.StartAsync(cancellationToken).ConfigureAwait(false);
        RgbImage[] bundled = [.. Pictures()];
        int most = 0;
        foreach (bool affinity in (bool[])[true, false])
        {
            using ClusterModel model = await ConnectAsync(host, cancellationToken, affinity).ConfigureAwait(false);
            RgbImage[] shown = [.. Enumerable.Range(0, pictures).Select(number => Variant(bundled[number % bundled.Length], number + (affinity ? 0 : pictures)))];
            int[] encoded = new int[pictures], grounded = new int[pictures];
            Stopwatch watch = Stopwatch.StartNew();
            await Parallel.ForEachAsync(
                Enumerable.Range(0, questions).Select(number => new Random(number).Next(pictures)),
                new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken },
                async (number, token) =>
                {
                    IOpenedImage image = await model.OpenImageAsync(shown[number], token).ConfigureAwait(false);
                    GroundedAnswer answer = await image.AskAsync("Please segment the house in this image.", new AskOptions { MaximumNewTokens = 24 }, token).ConfigureAwait(false);
                    Interlocked.Add(ref encoded[number], answer.Timings.GlobalEncoderSkipped ? 0 : 1);
                    Interlocked.Add(ref grounded[number], answer.Timings.GroundingEncoderSkipped ? 0 : 1);
                }).ConfigureAwait(false);
            Console.WriteLine(
                $"{(affinity ? "with" : "without")} affinity: {questions} questions about {pictures} pictures in {watch.Elapsed.TotalSeconds:0.0} s; "
                + $"encodings {encoded.Sum()} (at most {encoded.Max()} of one picture), for masks {grounded.Sum()} (at most {grounded.Max()})");
            most = affinity ? encoded.Max() : most;
        }

        await host.StopAsync(cancellationToken).ConfigureAwait(false);
        return most <= 1 ? 0 : 1;
    }

    private static IHost Join(LocalCluster cluster)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.Critical);
        builder.Services.AddMglmm(options => options.WarmUp = false);
        builder.AddMglmmGateway(new ClusterMembership { Address = ClusterAddress.Parse(cluster.Address) });
        return builder.Build();
    }

    private static Task<ClusterModel> ConnectAsync(IHost host, CancellationToken cancellationToken, bool affinity = true) => ClusterModel.ConnectAsync(
        host.Services.GetRequiredService<IGrainFactory>(), new ClusterModelOptions { HotAfter = 16, KeepsPicturesTogether = affinity }, cancellationToken: cancellationToken);

    private static IEnumerable<RgbImage> Pictures() =>
        Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "pictures"), "*.png").Order(StringComparer.Ordinal).Select(path => ImageDecoder.DecodeFile(path));

    /// <summary>A picture of its own: another one with a corner changed.</summary>
    private static RgbImage Variant(RgbImage picture, int number)
    {
        byte[] pixels = picture.Pixels.ToArray();
        (pixels[0], pixels[1]) = ((byte)number, (byte)(number >> 8));
        return RgbImage.FromPixels(pixels, picture.Width, picture.Height);
    }

    private static bool Same(GroundedAnswer left, GroundedAnswer right) =>
        left.TokenIds.SequenceEqual(right.TokenIds) && left.Segments.Count == right.Segments.Count
        && left.Segments.Zip(right.Segments).All(pair => pair.First.Mask.Equals(pair.Second.Mask));
}
