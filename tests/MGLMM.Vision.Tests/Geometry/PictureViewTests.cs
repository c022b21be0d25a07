using MGLMM.Masks;
using MGLMM.Vision;
using MGLMM.Vision.Geometry;

namespace MGLMM.Vision.Tests.Geometry;

public sealed class PictureViewTests
{
    private static readonly Mask Object = Mask.FromRectangle(200, 100, new PixelBox(20, 30, 60, 60));

    [Fact]
    public void Specks_do_not_stretch_the_crop()
    {
        Mask strewn = Object.Union(Mask.FromRectangle(200, 100, new PixelBox(190, 90, 195, 95)));
        Assert.Equal(new PixelBox(20, 30, 60, 60), PictureView.MainBox(strewn));
        Assert.Equal(new PixelBox(16, 27, 64, 63), PictureView.BoxAround(strewn, 0.1));
    }

    [Fact]
    public void An_object_in_two_pieces_keeps_both()
    {
        Mask pieces = Object.Union(Mask.FromRectangle(200, 100, new PixelBox(100, 30, 120, 60)));
        Assert.Equal(new PixelBox(20, 30, 120, 60), PictureView.MainBox(pieces));
    }

    [Fact]
    public void A_mask_of_specks_is_taken_whole()
    {
        Mask specks = Mask.Union(Enumerable.Range(0, 40).Select(index => Mask.FromRectangle(200, 100, new PixelBox(index * 5, 10, (index * 5) + 1, 11))));
        Assert.Equal(specks.Box, PictureView.MainBox(specks));
    }

    [Fact]
    public void The_margin_is_two_pixels_at_least_and_stays_in_the_picture()
    {
        Assert.Equal(new PixelBox(0, 0, 7, 7), PictureView.BoxAround(Mask.FromRectangle(200, 100, new PixelBox(0, 0, 5, 5)), 0.1));
    }
}
