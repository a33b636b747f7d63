// What is used of protobufjs: in a bundle of its own, read with the first protobuf table.
import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor/index.js';

export { protobuf };
