using MGLMM.Data.Shapes;
using MGLMM.Masks;

namespace MGLMM.Data.Tests.Shapes;

/// <summary>Polygons against what the reference programs make of them; <c>data/make_shapes.py</c> says how the files were made.</summary>
public sealed class PolygonTests
{
    [Fact]
    public void Polygons_become_the_masks_of_pycocotools_byte_for_byte()
    {
        int polygons = 0;
        foreach (string[] row in Data.Rows("shapes/coco-polygons.tsv"))
        {
            (int width, int height) = (int.Parse(row[0]), int.Parse(row[1]));
            Mask mask = Mask.Union(row[2].Split(';').Select(polygon => CocoPolygon.Fill(Data.Numbers(polygon), width, height)));
            Assert.True(row[3] == CocoRle.Encode(mask), $"{string.Join(' ', row)} became {CocoRle.Encode(mask)}");
            polygons++;
        }

        Assert.Equal(608, polygons);
    }

    [Fact]
    public void The_square_of_the_published_example_covers_columns_and_rows_3_to_6()
    {
        Mask mask = CocoPolygon.Fill([2.5, 2.5, 6.5, 2.5, 6.5, 6.5, 2.5, 6.5], 12, 12);
        Assert.Equal(new PixelBox(3, 3, 7, 7), mask.Box);
        Assert.Equal("W14800000i1", CocoRle.Encode(mask));
    }

    [Fact]
    public void Polygons_are_drawn_as_OpenCV_draws_them_pixel_for_pixel()
    {
        int polygons = 0;
        foreach (string[] row in Data.Rows("shapes/opencv-polygons.tsv"))
        {
            (int width, int height) = (int.Parse(row[0]), int.Parse(row[1]));
            byte[] pixels = new byte[width * height];
            OpenCvPolygon.Draw(Points(row[2]), pixels, width, height, 1);
            string mask = CocoRle.Encode(Mask.FromBitmap(pixels, width, height));
            Assert.True(row[3] == mask, $"{string.Join(' ', row)} became {mask}");
            polygons++;
        }

        Assert.Equal(600, polygons);
    }

    private static (int X, int Y)[] Points(string text) => [.. Data.Numbers(text).Chunk(2).Select(point => ((int)point[0], (int)point[1]))];
}
