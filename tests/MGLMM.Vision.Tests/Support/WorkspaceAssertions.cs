using MGLMM.Masks;

namespace MGLMM.Vision.Tests.Support;

internal static class WorkspaceAssertions
{
    /// <summary>Everything in it belongs together and keeps within its limits.</summary>
    public static void IsConsistent(this VisionWorkspace workspace)
    {
        Dictionary<string, VisionImage> images = workspace.Images.ToDictionary(image => image.Handle);
        Dictionary<string, VisionRegion> regions = workspace.Regions.ToDictionary(region => region.Handle);
        WorkspaceLimits limits = workspace.Limits;
        Assert.True(images.Count <= limits.MaximumImages);
        Assert.True(images.Count <= 1 || images.Values.Sum(image => (long)image.Width * image.Height) <= limits.MaximumTotalPixels);
        Assert.True(regions.Count <= limits.MaximumRegions);
        Assert.True(regions.Count <= 1 || regions.Values.Sum(region => 4L * region.Mask.Counts.Length) <= limits.MaximumMaskBytes);
        Assert.True(workspace.Sets.Count <= limits.MaximumSets);
        Assert.True(workspace.Artifacts.Count <= limits.MaximumArtifacts);
        Assert.True(workspace.Artifacts.Count <= 1 || workspace.Artifacts.Sum(artifact => (long)artifact.Content.Length) <= limits.MaximumArtifactBytes);
        foreach (VisionRegion? region in regions.Values)
        {
            Assert.Equal($"m{region.Number}", region.Handle);
            VisionImage image = images[region.Image];
            Assert.Equal((image.Width, image.Height), (region.Mask.Width, region.Mask.Height));
            Assert.False(region.Mask.IsEmpty);
            Assert.Equal(region.Mask.Width * (long)region.Mask.Height, region.Mask.Counts.ToArray().Sum(count => (long)count));
            Assert.True(region.Parent is null || !regions.TryGetValue(region.Parent, out VisionRegion? parent) || parent.Image == region.Image);
        }

        foreach (VisionSet set in workspace.Sets)
        {
            Assert.Equal($"s{set.Number}", set.Handle);
            Assert.Contains(set.Image, images);
            Assert.Equal(set.Regions.Distinct(), set.Regions);
            Assert.All(set.Regions, handle => Assert.True(!regions.TryGetValue(handle, out VisionRegion? region) || region.Image == set.Image));
        }

        Assert.All(workspace.Artifacts, artifact => Assert.Equal($"a{artifact.Number}", artifact.Handle));
    }

    /// <summary>Both hold the same under the same handles.</summary>
    public static void IsTheSameAs(this VisionWorkspace workspace, VisionWorkspace other)
    {
        Assert.Equal((workspace.Owner, workspace.Conversation), (other.Owner, other.Conversation));
        Assert.Equal(Images(workspace), Images(other));
        Assert.Equal(Regions(workspace), Regions(other));
        Assert.Equal(workspace.Regions.Select(region => region.Mask), other.Regions.Select(region => region.Mask));
        Assert.Equal(workspace.Sets.Select(set => (set.Handle, set.Image, set.Origin, string.Join(',', set.Regions))), other.Sets.Select(set => (set.Handle, set.Image, set.Origin, string.Join(',', set.Regions))));
        Assert.Equal(Artifacts(workspace), Artifacts(other));
        foreach (VisionImage image in workspace.Images)
        {
            Assert.Equal(workspace.DialogueOf(image.Handle), other.DialogueOf(image.Handle));
        }
    }

    private static IEnumerable<object> Images(VisionWorkspace workspace) =>
        workspace.Images.Select(image => (object)(image.Handle, image.Name, image.Format, image.Width, image.Height, image.Pixels.ContentHash));

    private static IEnumerable<object> Regions(VisionWorkspace workspace) => workspace.Regions.Select(region =>
        (object)(region.Handle, region.Image, region.Phrase, region.Instruction, region.Parent, region.Model, string.Join(',', region.Sources), CocoRle.Encode(region.Mask)));

    private static IEnumerable<object> Artifacts(VisionWorkspace workspace) => workspace.Artifacts.Select(artifact =>
        (object)(artifact.Handle, artifact.Image, artifact.Kind, artifact.FileName, artifact.MediaType, string.Join(',', artifact.Regions), Convert.ToHexString(artifact.Content.Span)));
}
