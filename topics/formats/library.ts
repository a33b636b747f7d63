// Libraries of formats, in a bundle of their own: read with the first message that needs one.
import { decode as decodeMsgpack, ExtData, encode as encodeMsgpack } from '@msgpack/msgpack';
import Ajv from 'ajv';
import Ajv2019 from 'ajv/dist/2019.js';
import Ajv2020 from 'ajv/dist/2020.js';
import { addExtension, Decoder as CborDecoder, Encoder as CborEncoder, Tag as CborTag } from 'cbor-x';
import protobuf from 'protobufjs';

export {
  Ajv,
  Ajv2019,
  Ajv2020,
  addExtension,
  CborDecoder,
  CborEncoder,
  CborTag,
  decodeMsgpack,
  ExtData,
  encodeMsgpack,
  protobuf,
};
